// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuctionState} from "../interfaces/IAuction.sol";
import {Judgement, MandateParams, ShareTerms} from "../interfaces/IMandate.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {Feed, FeedId, Level, Signal} from "../interfaces/ISignalFeed.sol";
import {VaultParams} from "../interfaces/IVault.sol";
import {Budget} from "../libraries/Budget.sol";
import {Vault} from "./Vault.sol";
import {SetPriceBook} from "./VaultFixture.t.sol";

/// Answers like a mandate, with answers the test sets.
contract SetMandate {
    MandateParams private _params;
    ShareTerms private _terms;
    uint16 private _targetBps;
    uint256 private _turnoverE7;
    uint256 private _lossE7;

    function setParams(MandateParams calldata newParams) external {
        _params = newParams;
    }

    function setTerms(ShareTerms calldata newTerms) external {
        _terms = newTerms;
    }

    function setTarget(uint16 targetBps, uint256 turnoverE7, uint256 lossE7) external {
        (_targetBps, _turnoverE7, _lossE7) = (targetBps, turnoverE7, lossE7);
    }

    function positions() external pure returns (uint256) {
        return 2;
    }

    function params() external view returns (MandateParams memory) {
        return _params;
    }

    function terms() external view returns (ShareTerms memory) {
        return _terms;
    }

    function judge(uint256, Signal calldata signal) external view returns (Judgement memory j) {
        j.isFresh = signal.level == Level.EXECUTED;
        j.isUnwinding = signal.closedAt == 0;
        j.targetWeightBps = _targetBps;
        (j.turnoverLeftE7, j.lossLeftE7) = (_turnoverE7, _lossE7);
        (j.bandBps, j.maxDrawdownBps) = (_params.bandBps, _params.maxDrawdownBps);
        (j.cashFloorBps, j.premiumBps) = (_params.cashFloorBps, _params.premiumBps);
        (j.slippageBps, j.fillMaxAge) = (_params.slippageBps, _params.fillMaxAge);
    }
}

/// Answers like a signal feed, with the signal the test sets; feeds are named like their markets.
contract SetSignal {
    Signal private _signal;

    function set(Signal calldata newSignal) external {
        _signal = newSignal;
    }

    /// Whatever its level: the mandate of these tests judges by it.
    function newest(FeedId, uint8) external view returns (Signal memory) {
        return _signal;
    }

    function feedInfo(FeedId feed) external pure returns (Feed memory info) {
        info.market = MarketId.wrap(FeedId.unwrap(feed));
    }
}

/// The library, one run of uses a call.
contract BudgetHarness {
    function run(uint256 window, uint256[3][] calldata uses) external pure returns (uint256[2][] memory totals) {
        totals = new uint256[2][](uses.length);
        uint256 state;
        for (uint256 i; i < uses.length; ++i) {
            (state, totals[i][0], totals[i][1]) = Budget.add(state, uses[i][0], window, uses[i][1], uses[i][2]);
            (uint256 turnover, uint256 loss) = Budget.used(state, uses[i][0], window);
            assert(turnover == totals[i][0] && loss == totals[i][1]);
        }
    }
}

/// The vault itself, put into the state of each case of test/vectors/vault*.json and then asked. Called, never sent.
/// Two positions: what the cases are about, and all others as one whose token has the base asset's decimals and price 1.
contract VaultFormulas is Vault {
    MarketId private constant MARKET = MarketId.wrap("SPX/USD");
    MarketId private constant OTHERS_MARKET = MarketId.wrap("OTHERS/USD");
    address private constant OWNER = address(1);
    address private constant OTHERS = address(2);
    uint32 private constant ROUND = 1;

    constructor(VaultParams memory params) Vault(params) {}

    /// nav, idle, supply, entrySpreadBps, exitSpreadBps, assets, shares →
    /// deposited, minted, redeemed, withdrawn, payable
    function sharesOf(uint256[7][] calldata cases) external returns (uint256[5][] memory outcomes) {
        outcomes = new uint256[5][](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            uint256[7] calldata c = cases[i];
            _setBalances(c[1], c[0] - c[1], 1e8); // a token of as many decimals at 1: its amount is its value
            _setSupply(c[2], c[6]);
            ShareTerms memory terms = mandate.terms();
            (terms.entrySpreadBps, terms.exitSpreadBps) = (uint16(c[3]), uint16(c[4]));
            SetMandate(address(mandate)).setTerms(terms);
            _setFees(type(uint128).max, 0, 0, 0);

            outcomes[i] = [
                this.previewDeposit(c[5]),
                this.previewMint(c[6]),
                this.previewRedeem(c[6]),
                this.previewWithdraw(c[5]),
                this.maxRedeem(OWNER)
            ];
        }
    }

    /// nav or −1, supply, elapsed, mark, management and performance rate at the last accrual, present ones →
    /// managementShares, performanceShares, mark, rates kept
    function feesOf(int256[8][] calldata cases) external returns (uint256[5][] memory outcomes) {
        outcomes = new uint256[5][](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            int256[8] calldata c = cases[i];
            _setBalances(c[0] < 0 ? 1e6 : uint256(c[0]), 0, 1e8);
            if (c[0] < 0) SetPriceBook(address(priceBook)).halt(MARKET);
            _setSupply(uint256(c[1]), 0);
            _setFees(uint256(c[3]), uint256(c[2]), uint256(c[4]), uint256(c[5]));
            ShareTerms memory terms = mandate.terms();
            (terms.managementFeeBps, terms.performanceFeeBps) = (uint16(uint256(c[6])), uint16(uint256(c[7])));
            SetMandate(address(mandate)).setTerms(terms);

            Books memory b = _books(maxPriceAge, NO_POSITION);
            outcomes[i] = [
                b.managementShares,
                b.performanceShares,
                b.mark,
                b.terms.managementFeeBps,
                b.performanceFeeBps
            ];
        }
    }

    /// idle, amount, others, price, supply, pendingShares, target or −1 or −2, mark, maxDrawdownBps, cashFloorBps,
    /// slippageBps, bandBps, turnoverE7, lossE7, premiumBps, elapsed →
    /// amount to open, off, amount to fill, base units for it
    function auctionOf(int256[16][] calldata cases) external returns (int256[4][] memory outcomes) {
        outcomes = new int256[4][](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            int256[16] calldata c = cases[i];
            _setBalances(uint256(c[0]), uint256(c[1]), uint256(c[3]));
            holdings[1].amount = uint128(uint256(c[2]));
            _setSupply(uint256(c[4]), 0);
            pendingShares = uint128(uint256(c[5]));
            _setFees(uint256(c[7]), 0, 0, 0);
            _setTarget(c[6], uint256(c[12]), uint256(c[13]));
            _setLimits(c);

            delete lots[0];
            try this.previewOpen(0) returns (AuctionState memory lot) {
                outcomes[i][0] = lot.remaining;
            } catch {} // not due
            (outcomes[i][2], outcomes[i][1]) = _fillable(uint256(c[15]));
            uint256 size = uint256(outcomes[i][2] < 0 ? -outcomes[i][2] : outcomes[i][2]);
            (uint256 baseAmount,,,) = this.quoteFill(0, size);
            outcomes[i][3] = int256(baseAmount);
        }
    }

    /// What may be filled `elapsed` seconds after the opening of an auction without bounds of its own, on either side.
    function _fillable(uint256 elapsed) private returns (int256 amount, int256 offBps) {
        uint48 start = uint48(block.timestamp - elapsed);
        lots[0] = AuctionState({round: ROUND, start: start, remaining: type(int128).min});
        (,, uint256 sold, int16 off) = this.quoteFill(0, 0);
        if (sold > 0) return (-int256(sold), off);

        lots[0].remaining = type(int128).max;
        (,, uint256 bought,) = this.quoteFill(0, 0);
        return (int256(bought), off);
    }

    /// Fresh with a weight, at a level nobody accepts, or never published.
    function _setTarget(int256 target, uint256 turnoverE7, uint256 lossE7) private {
        SetSignal(address(signalFeed)).set(
            Signal({
                value: 0,
                closedAt: target == -2 ? 0 : uint48(block.timestamp),
                round: ROUND,
                level: target < 0 ? 0 : Level.EXECUTED
            })
        );
        SetMandate(address(mandate)).setTarget(target < 0 ? 0 : uint16(uint256(target)), turnoverE7, lossE7);
    }

    function _setBalances(uint256 idle_, uint256 amount, uint256 price) private {
        account.cash = uint128(idle_);
        holdings[0].amount = uint128(amount);
        SetPriceBook(address(priceBook)).set(MARKET, uint128(price));
        SetPriceBook(address(priceBook)).set(OTHERS_MARKET, 1e8);
    }

    function _setSupply(uint256 supply, uint256 ownersPart) private {
        _burn(OWNER, balanceOf(OWNER));
        _burn(OTHERS, balanceOf(OTHERS));
        _mint(OWNER, ownersPart);
        _mint(OTHERS, supply - ownersPart);
    }

    function _setFees(uint256 mark, uint256 elapsed, uint256 managementBps, uint256 performanceBps) private {
        account.mark = uint128(mark);
        account.accruedAt = uint48(block.timestamp - elapsed);
        account.managementFeeBps = uint16(managementBps);
        account.performanceFeeBps = uint16(performanceBps);
    }

    function _setLimits(int256[16] calldata c) private {
        MandateParams memory params = mandate.params();
        params.maxDrawdownBps = uint16(uint256(c[8]));
        params.cashFloorBps = uint16(uint256(c[9]));
        params.slippageBps = uint16(uint256(c[10]));
        params.bandBps = uint16(uint256(c[11]));
        params.premiumBps = uint16(uint256(c[14]));
        SetMandate(address(mandate)).setParams(params);
    }
}
