// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Vm} from "forge-std/Vm.sol";
import {IAuction} from "../interfaces/IAuction.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {MandateParams} from "../interfaces/IMandate.sol";
import {Signal} from "../interfaces/ISignalFeed.sol";
import {FeeState, IVault} from "../interfaces/IVault.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";
import {SetPriceBook, SetSignalFeed} from "./VaultFixture.t.sol";
import {IMintableToken, StageToken, VaultStage} from "./VaultStage.t.sol";

/// A vault, its people and an accountant: before and after every step of a handler it compares the vault with books of
/// its own, kept from events alone, and with what must not happen to the shares of those who did nothing.
///
/// VLT-1 after every step: ledger, claims and escrow equal the books; balances cover them; shares sum to supply.
/// VLT-2 in every step that is neither time nor a price: assets per share, net of the fees due, do not fall.
/// VLT-3 after every fill: the exact log of turnover and loss over the last window is within the budgets.
/// VLT-5 in every fill: price, offset and amounts are those of the auction's formula.
/// Never: the queue's head or tail moves back, the mark falls, a round trades twice, a request is settled out of order
/// or at a price older than itself.
contract VaultWorld is VaultStage {
    struct Reading {
        bool isValued;
        uint256 assets;
        uint256 shares; // supply, virtual shares and the fees until now included
        uint256 supply; // fees that are due but not minted included
        uint256[] ledger; // base asset, then positions
        uint256 mark;
        uint256 head;
        uint256 tail;
        uint256 exempt; // base units that requested exits lack
        uint256 managementShares; // due for the time until now
    }

    struct Fill {
        uint256 at;
        uint256 turnoverE7;
        uint256 lossE7;
    }

    bool public immutable isStormy;
    address[] public owners; // who may hold shares; the last is the treasury
    uint256[] private ownerKeys;

    Reading private earlier;
    Fill[] private fills;
    mapping(address token => uint256) private ledgerOf;
    mapping(address token => uint256) private claimsOn;
    mapping(address owner => mapping(address token => uint256)) private claimBy;
    mapping(uint256 id => uint256) private requestedAt;
    mapping(uint256 position => uint32) private lastRound;
    uint256 public spreadLeft; // by the requests settled in this step, to those who stay
    uint256 private escrow;
    uint256 private feesDue; // shares
    uint256 private nextSettled; // no id below it is ever settled again

    constructor(bool isStormy_, uint8 baseDecimals, uint8[] memory tokenDecimals) {
        isStormy = isStormy_;
        address[] memory created = new address[](tokenDecimals.length);
        for (uint256 i; i < created.length; ++i) {
            created[i] = address(new StageToken(tokenDecimals[i]));
        }
        _stage(address(new StageToken(baseDecimals)), created);

        string[5] memory names = ["alice", "bob", "carol", "mallory", "treasury"];
        for (uint256 i; i < names.length; ++i) {
            (address owner, uint256 key) = makeAddrAndKey(names[i]);
            owners.push(owner);
            ownerKeys.push(key);
        }
        earlier = _read();
        beforeStep();
        _deposit(owners[0], 1_000_000 * 10 ** baseDecimals);
        afterStep();
    }

    /* STATE */

    function contractsOf() external view returns (Vault, Mandate, SetPriceBook, SetSignalFeed) {
        return (vault, mandate, book, feed);
    }

    function tokensOf() external view returns (IMintableToken, IMintableToken[] memory) {
        return (base, tokens);
    }

    function ownerKey(uint256 index) external view returns (uint256) {
        return ownerKeys[index];
    }

    function ownerCount() external view returns (uint256) {
        return owners.length;
    }

    /// Whether every market has a price that values the vault: not halted, not too old, not absurd.
    function isValued() public view returns (bool) {
        return _isPriced(MAX_PRICE_AGE);
    }

    function _isPriced(uint256 maxAge) private view returns (bool) {
        for (uint256 i; i < tokens.length; ++i) {
            (, uint48 observedAt, IPriceBook.HaltReason halted) = book.peek(_market(i));
            if (halted != IPriceBook.HaltReason.None || observedAt + maxAge < block.timestamp) return false;
            if (_value(i, vault.holding(i), Math.Rounding.Floor) > type(uint128).max) return false;
        }
        return true;
    }

    /// Whether the book has a price of `position` that a fill may use, and values all others.
    function isTradable(uint256 position) external view returns (bool) {
        (, uint48 observedAt,) = book.peek(_market(position));
        return isValued() && observedAt + mandate.params().fillMaxAge >= block.timestamp;
    }

    /// Base units that `amount` tokens are worth, rounded up.
    function valueOf(uint256 position, uint256 amount) external view returns (uint256) {
        return _value(position, amount, Math.Rounding.Ceil);
    }

    /// Whether the signal of `position` is one the mandate accepts and no older than it allows.
    function isFresh(uint256 position) public view returns (bool) {
        MandateParams memory params = mandate.params();
        Signal memory signal = feed.newest(_feed(position), params.levels);
        return signal.closedAt > 0 && signal.closedAt + params.maxSignalAge >= block.timestamp;
    }

    /* MARKET */

    function setPrice(uint256 position, uint128 price) external {
        book.set(_market(position), price);
    }

    function priceOf(uint256 position) external view returns (uint128) {
        return _price(position);
    }

    function halt(uint256 position) external {
        book.halt(_market(position));
    }

    function refreshPrices() external {
        _refreshPrices();
    }

    function publish(uint256 position, int64 value) external {
        _publish(position, value);
    }

    /* STEPS */

    /// What was read after the step before still holds: nothing happens between steps.
    function beforeStep() public {
        spreadLeft = 0;
        vm.recordLogs();
    }

    /// After anything but time or a price.
    function afterStep() public {
        uint256 allowedLoss = _book(vm.getRecordedLogs());
        Reading memory later = _read();
        _assertOrder(later);
        _assertNobodyElsePaid(later, allowedLoss);
        _assertBooks();
        earlier = later;
    }

    /// After time or a price: only the books are compared.
    function afterMarket() external {
        assertEq(_book(vm.getRecordedLogs()), 0, "a market trades nothing");
        Reading memory later = _read();
        _assertOrder(later);
        _assertBooks();
        earlier = later;
    }

    function _read() private view returns (Reading memory now_) {
        FeeState memory fees = vault.feeState();
        now_.supply = vault.totalSupply() + fees.feeShares;
        now_.mark = fees.mark;
        uint256 pending;
        (now_.head, now_.tail, pending) = vault.exitQueue();
        now_.ledger = new uint256[](tokens.length + 1);
        now_.ledger[0] = vault.idle();
        for (uint256 i; i < tokens.length; ++i) {
            now_.ledger[i + 1] = vault.holding(i);
        }

        now_.managementShares = _managementShares(now_.supply);
        now_.isValued = isValued();
        if (!now_.isValued) return now_;
        now_.assets = vault.totalAssets();
        // (assets + 1)·shares/(assets + 1): the conversion's own denominator, fees due included
        now_.shares = vault.convertToShares(now_.assets + 1);
        now_.exempt = Math.saturatingSub(Math.mulDiv(pending, now_.assets + 1, now_.shares) + 1, now_.ledger[0]);
        assertEq(now_.assets, _nav(), "VLT-1: NAV is idle cash and every holding at its price");
        assertLe(now_.supply + VIRTUAL_SHARES, now_.shares, "fees due are never negative");
    }

    /// VLT-2. What an in-kind exit leaves is valued anew, each position rounded down.
    function _assertNobodyElsePaid(Reading memory later, uint256 allowedLoss) private view {
        if (earlier.isValued && later.isValued) {
            uint256 kept = Math.saturatingSub(earlier.assets + 1, allowedLoss);
            uint256 least = Math.mulDiv(kept, later.shares, earlier.shares, Math.Rounding.Ceil);
            assertLe(least, later.assets + 1 + tokens.length, "VLT-2");
            return;
        }
        // Without prices: of each asset as much a share as before. The fee for the time until now may be minted here.
        uint256 shares = earlier.supply + VIRTUAL_SHARES + earlier.managementShares;
        for (uint256 i; i < later.ledger.length; ++i) {
            uint256 least =
                Math.mulDiv(earlier.ledger[i], later.supply + VIRTUAL_SHARES + later.managementShares, shares);
            assertLe(least, later.ledger[i] + 1, "VLT-2 in kind");
        }
    }

    /// f = min(rate · time / 365 days, 5 %) of all shares after it: supply · f / (1 − f).
    function _managementShares(uint256 supply) private view returns (uint256) {
        FeeState memory fees = vault.feeState();
        uint256 rateBps = Math.min(fees.managementFeeBps, mandate.terms().managementFeeBps);
        uint256 elapsed = block.timestamp - fees.accruedAt;
        (uint256 fee, uint256 all) = (rateBps * elapsed, BPS * 365 days);
        if (fee > all / 20) (fee, all) = (1, 20);
        return Math.mulDiv(supply, fee, all - fee);
    }

    function _assertOrder(Reading memory later) private view {
        assertGe(later.head, earlier.head, "the queue's head moves back");
        assertGe(later.tail, earlier.tail, "the queue's tail moves back");
        assertLe(later.head, later.tail, "head within the queue");
        bool isHeld = earlier.supply > 0 && later.supply > 0;
        if (isHeld) assertGe(later.mark, earlier.mark, "the mark falls");
    }

    function _assertBooks() private view {
        (,, uint256 pending) = vault.exitQueue();
        assertEq(pending, escrow, "VLT-1: pending shares");
        assertEq(vault.feeState().feeShares, feesDue, "VLT-1: fee shares");
        assertGe(vault.balanceOf(address(vault)), pending, "VLT-1: escrow");

        uint256 shares = vault.balanceOf(address(vault));
        for (uint256 i; i < owners.length; ++i) {
            shares += vault.balanceOf(owners[i]);
        }
        assertEq(shares, vault.totalSupply(), "VLT-1: shares sum to supply");

        _assertBooksOf(base, vault.idle());
        for (uint256 i; i < tokens.length; ++i) {
            _assertBooksOf(tokens[i], vault.holding(i));
        }
    }

    function _assertBooksOf(IMintableToken token, uint256 ledger) private view {
        assertEq(ledger, ledgerOf[address(token)], "VLT-1: ledger");
        assertGe(token.balanceOf(address(vault)), ledger + claimsOn[address(token)], "VLT-1: cover");
    }

    function assertClaims() external view {
        for (uint256 i; i < owners.length; ++i) {
            _assertClaim(owners[i], address(base));
            for (uint256 j; j < tokens.length; ++j) {
                _assertClaim(owners[i], address(tokens[j]));
            }
        }
    }

    function _assertClaim(address owner, address token) private view {
        assertEq(vault.claimOf(owner, token), claimBy[owner][token], "VLT-1: claim");
    }

    /* BOOKS */

    /// @return allowedLoss what the fills among `logs` may have given away by the auction's formula
    function _book(Vm.Log[] memory logs) private returns (uint256 allowedLoss) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(vault)) continue;
            bytes32 kind = logs[i].topics[0];
            if (kind == IERC4626.Deposit.selector) {
                (uint256 assets,) = abi.decode(logs[i].data, (uint256, uint256));
                ledgerOf[address(base)] += assets;
            } else if (kind == IERC4626.Withdraw.selector) {
                (uint256 assets,) = abi.decode(logs[i].data, (uint256, uint256));
                ledgerOf[address(base)] -= assets;
            } else if (kind == IVault.Skimmed.selector) {
                ledgerOf[_address(logs[i].topics[1])] += abi.decode(logs[i].data, (uint256));
            } else if (kind == IVault.ExitedInKind.selector) {
                _bookExitInKind(logs[i].data);
            } else if (kind == IVault.ClaimAdded.selector) {
                _bookClaim(logs[i], true);
            } else if (kind == IVault.Claimed.selector) {
                _bookClaim(logs[i], false);
            } else if (kind == IVault.ExitRequested.selector) {
                escrow += abi.decode(logs[i].data, (uint256));
                requestedAt[uint256(logs[i].topics[1])] = block.timestamp;
            } else if (kind == IVault.ExitCancelled.selector) {
                escrow -= abi.decode(logs[i].data, (uint256));
            } else if (kind == IVault.ExitSettled.selector) {
                _bookSettled(logs[i]);
            } else if (kind == IVault.FeesAccrued.selector) {
                (uint256 management, uint256 performance,) = abi.decode(logs[i].data, (uint256, uint256, uint256));
                feesDue += management + performance;
            } else if (kind == IVault.FeesMinted.selector) {
                feesDue -= abi.decode(logs[i].data, (uint256));
            } else if (kind == IAuction.AuctionOpened.selector) {
                _bookOpened(logs[i]);
            } else if (kind == IAuction.AuctionFilled.selector) {
                allowedLoss += _bookFilled(logs[i]);
            }
        }
    }

    function _address(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }

    function _bookExitInKind(bytes memory data) private {
        (, uint256[] memory amounts) = abi.decode(data, (uint256, uint256[]));
        ledgerOf[address(base)] -= amounts[0];
        for (uint256 i; i < tokens.length; ++i) {
            ledgerOf[address(tokens[i])] -= amounts[i + 1];
        }
    }

    function _bookClaim(Vm.Log memory log, bool isAdded) private {
        (address owner, address token) = (_address(log.topics[1]), _address(log.topics[2]));
        uint256 amount = abi.decode(log.data, (uint256));
        if (isAdded) {
            claimsOn[token] += amount;
            claimBy[owner][token] += amount;
        } else {
            claimsOn[token] -= amount;
            claimBy[owner][token] -= amount;
        }
    }

    /// First come first served, and never at a price that was known when the request was made (V8, V10).
    function _bookSettled(Vm.Log memory log) private {
        uint256 id = uint256(log.topics[1]);
        (uint256 shares, uint256 assets) = abi.decode(log.data, (uint256, uint256));
        spreadLeft += Math.mulDiv(assets, EXIT_SPREAD_BPS, BPS - EXIT_SPREAD_BPS, Math.Rounding.Ceil) + 1;
        assertGe(id, nextSettled, "V10: settled out of order");
        nextSettled = id;
        escrow -= shares;
        ledgerOf[address(base)] -= assets;
        for (uint256 i; i < tokens.length; ++i) {
            (, uint48 observedAt,) = book.peek(_market(i));
            assertGt(observedAt, requestedAt[id], "V8: a price older than the request");
        }
    }

    function _bookOpened(Vm.Log memory log) private {
        (uint256 position, uint32 round) = (uint256(log.topics[1]), uint32(uint256(log.topics[2])));
        (int256 amount,,,) = abi.decode(log.data, (int256, uint16, uint16, uint128));
        if (isFresh(position)) assertGt(round, lastRound[position], "a round trades twice");
        else assertLt(amount, 0, "a stale signal buys");
        assertGe(round, lastRound[position], "rounds run back");
        lastRound[position] = round;
    }

    /// VLT-5: the formula of IAuction, computed from the lot and the stored price.
    function _bookFilled(Vm.Log memory log) private returns (uint256 allowedLoss) {
        uint256 position = uint256(log.topics[1]);
        (int256 tokenDelta, int256 baseDelta, uint128 price, int16 offBps) =
            abi.decode(log.data, (int256, int256, uint128, int16));
        _bookDelta(address(tokens[position]), tokenDelta);
        _bookDelta(address(base), baseDelta);
        assertEq(price, _price(position), "VLT-5: price");
        assertGe(offBps, -int16(SLIPPAGE_BPS), "VLT-5: below the floor");
        assertLe(offBps, int16(PREMIUM_BPS), "VLT-5: above the premium");

        bool isPurchase = tokenDelta > 0;
        uint256 tokenAmount = uint256(isPurchase ? tokenDelta : -tokenDelta);
        uint256 baseAmount = uint256(isPurchase ? -baseDelta : baseDelta);
        uint256 value = _value(position, tokenAmount, isPurchase ? Math.Rounding.Floor : Math.Rounding.Ceil);
        allowedLoss = Math.mulDiv(value, SLIPPAGE_BPS, BPS, Math.Rounding.Ceil) + 1;
        if (isPurchase) assertLe(baseAmount, value + allowedLoss, "VLT-5: paid too much");
        else assertGe(baseAmount + allowedLoss, value, "VLT-5: sold too low");

        uint256 exempt = isPurchase ? 0 : _exempt(position);
        _log(exempt, value, isPurchase ? baseAmount : value, isPurchase ? value : baseAmount);
    }

    function _bookDelta(address token, int256 delta) private {
        if (delta > 0) ledgerOf[token] += uint256(delta);
        else ledgerOf[token] -= uint256(-delta);
    }

    /// Of a sale, what requests lack, more by the slippage it is sold at, in whole token units.
    function _exempt(uint256 position) private view returns (uint256) {
        if (earlier.exempt == 0) return 0;
        return Math.mulDiv(earlier.exempt, BPS, BPS - SLIPPAGE_BPS) + 2 + _value(position, 1, Math.Rounding.Ceil);
    }

    /// VLT-3, from below: parts are of all there is. What the vault counts is at least this.
    function _log(uint256 exempt, uint256 value, uint256 given, uint256 taken) private {
        uint256 nav = Math.max(earlier.assets, earlier.assets + taken - given);
        uint256 counted = Math.saturatingSub(value, exempt);
        uint256 loss = given > taken && value > 0 ? Math.mulDiv(given - taken, counted, value) : 0;
        Fill memory own = Fill(block.timestamp, Math.mulDiv(counted, 1e7, nav + 1), Math.mulDiv(loss, 1e7, nav + 1));
        fills.push(own);

        // Tightening may leave more used than allowed; then nothing more is used.
        uint256 turnoverE7;
        uint256 lossE7;
        for (uint256 i = fills.length; i > 0 && fills[i - 1].at + BUDGET_WINDOW >= block.timestamp; --i) {
            turnoverE7 += fills[i - 1].turnoverE7;
            lossE7 += fills[i - 1].lossE7;
        }
        if (own.turnoverE7 > 0) {
            assertLe(turnoverE7, uint256(mandate.params().turnoverBudgetBps) * 1e3, "VLT-3: turnover");
        }
        if (own.lossE7 > 0) assertLe(lossE7, uint256(mandate.params().lossBudgetBps) * 1e3, "VLT-3: loss");
    }
}
