// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {FixedPointMathLib as Math} from "solady/src/utils/FixedPointMathLib.sol";
import {IMandate, MandateParams, ShareTerms} from "../interfaces/IMandate.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {FeedId, ISignalFeed} from "../interfaces/ISignalFeed.sol";
import {IVault, Position, VaultParams} from "../interfaces/IVault.sol";

// What the vault owns and what that is worth.
//
// BALANCES
// Only what passed through an entry point counts; a balance above the ledger waits for `skim`.
// Claims belong to their owners: they are neither in the ledger nor surplus.
//
// VALUE
// Σ amount · price in base units, each position rounded down. A price has 8 decimals and quotes the base asset.
// The vault judges prices itself, by what the book shows without judging: a revert could come from too little gas.
abstract contract Ledger is IVault {
    /// A position, what it takes to value it first.
    struct Holding {
        // slot 0, all that valuing takes: 16 + 1 + 15 bytes
        uint128 amount; // native decimals
        uint8 decimals; // of `token`, at most MAX_DECIMALS
        bytes15 market; // a MarketId; longer names are refused
        // slot 1: 20 bytes, 12 free
        IERC20 token;
        // slot 2
        FeedId feed;
    }

    /// Cash, and what fees start from: every entry, exit and fill changes both.
    struct Account {
        // slot 0: 16 + 6 + 2 + 2 bytes, 6 free
        uint128 cash; // base asset in the ledger, native decimals
        uint48 accruedAt; // the rest as in FeeState
        uint16 managementFeeBps;
        uint16 performanceFeeBps;
        // slot 1: 16 + 16 bytes
        uint128 mark;
        uint128 feeShares;
    }

    /// The vault's worth at one moment, and one position of it.
    struct Valuation {
        uint256 idle; // base units, like nav and value
        uint256 nav; // what could be valued; all of it when `isPriced`
        bool isPriced; // false: `market` is halted, its price too old or beyond belief
        MarketId market;
        IPriceBook.HaltReason halted;
        uint256 oldestAt; // unix seconds, when the oldest price was observed; that of `market` unless priced
        uint256 price; // of the position asked for
        uint256 observedAt;
        uint256 value;
    }

    uint256 internal constant BPS = 1e4;
    uint256 private constant MAX_POSITIONS = 8;
    uint256 private constant MAX_DECIMALS = 24;
    uint256 private constant PRICE_UNIT = 1e8;
    uint256 private constant MAX_VALUE = type(uint128).max; // of a position; no price is believed beyond
    uint256 internal constant NO_POSITION = type(uint256).max;

    IERC20 internal immutable base;
    uint256 private immutable baseUnit; // 10 ** decimals, at most 1e24
    // Fixed in the mandate too.
    uint256 internal immutable maxPriceAge; // seconds; valuation
    uint256 internal immutable entryMaxAge; // seconds; deposits and idle exits
    uint256 internal immutable auctionLife; // seconds
    uint8 internal immutable levels; // mask of accepted `Level`s
    /// @inheritdoc IVault
    uint256 public immutable positions;
    /// @inheritdoc IVault
    IPriceBook public immutable priceBook;
    /// @inheritdoc IVault
    ISignalFeed public immutable signalFeed;
    /// @inheritdoc IVault
    IMandate public immutable mandate;

    Account internal account;
    Holding[MAX_POSITIONS] internal holdings; // the first `positions` of them; only amounts ever change

    /// @inheritdoc IVault
    mapping(address owner => mapping(address token => uint256 amount)) public claimOf;
    mapping(address token => uint256 amount) internal claims; // Σ claimOf over all owners

    constructor(VaultParams memory params) {
        MandateParams memory limits = params.mandate.params();
        base = params.asset;
        baseUnit = 10 ** _decimalsOf(params.asset);
        maxPriceAge = limits.maxPriceAge;
        entryMaxAge = limits.entryMaxAge;
        auctionLife = limits.auctionLife;
        levels = limits.levels;
        priceBook = params.priceBook;
        signalFeed = params.signalFeed;
        mandate = params.mandate;
        positions = params.positions.length;

        uint256 allocations = params.mandate.positions();
        bool isCounted = positions == allocations && allocations > 0 && allocations <= MAX_POSITIONS;
        require(isCounted, PositionCountInvalid(params.positions.length, allocations));
        uint256 deviationBps;
        for (uint256 i; i < params.positions.length; ++i) {
            _addPosition(params, i);
            deviationBps =
                Math.max(deviationBps, params.priceBook.marketParams(params.positions[i].market).deviationBps);
        }
        _checkCosts(params.mandate.terms(), limits, deviationBps);
    }

    function _addPosition(VaultParams memory params, uint256 index) private {
        Position memory added = params.positions[index];
        bool isForeign = added.token != address(params.asset) && added.token != address(this);
        for (uint256 i; i < index; ++i) {
            isForeign = isForeign && added.token != params.positions[i].token;
        }
        MarketId feedMarket = params.signalFeed.feedInfo(added.feed).market;
        bool isForecast = MarketId.unwrap(feedMarket) == MarketId.unwrap(added.market);
        bytes32 market = MarketId.unwrap(added.market);
        bool isShort = bytes15(market) == market;
        require(isForeign && isForecast && isShort, PositionInvalid(index, added.token));

        holdings[index] = Holding({
            amount: 0,
            decimals: _decimalsOf(IERC20Metadata(added.token)),
            market: bytes15(market),
            token: IERC20(added.token),
            feed: added.feed
        });
        emit PositionAdded(index, added.token, added.market, added.feed);
    }

    function _decimalsOf(IERC20Metadata token) private view returns (uint8 decimals) {
        decimals = token.decimals();
        require(decimals <= MAX_DECIMALS, TooManyDecimals(address(token), decimals));
    }

    /// A price may be off by the deviation that its network waits for: a round trip through the vault, or a fill at
    /// the worst price after a venue's fee, must cost or leave more than that.
    function _checkCosts(ShareTerms memory terms, MandateParams memory limits, uint256 deviationBps) private pure {
        uint256 spread = uint256(terms.entrySpreadBps) + terms.exitSpreadBps;
        uint256 minSpread = Math.max(deviationBps, limits.slippageBps);
        require(spread >= minSpread, VaultParamInvalid("spreadBps", spread, minSpread));

        uint256 fillerCost = limits.venueFeeBps + deviationBps;
        require(limits.slippageBps > fillerCost, VaultParamInvalid("slippageBps", limits.slippageBps, fillerCost));
    }

    /* POSITIONS */

    /// @inheritdoc IVault
    function position(uint256 index) external view returns (Position memory) {
        Holding storage held = _holding(index);
        return Position({token: address(held.token), market: _marketOf(held), feed: held.feed});
    }

    function _holding(uint256 index) internal view returns (Holding storage) {
        require(index < positions, PositionInvalid(index, address(0)));

        return holdings[index];
    }

    function _marketOf(Holding storage held) internal view returns (MarketId) {
        return MarketId.wrap(held.market);
    }

    /* BALANCES */

    /// @inheritdoc IVault
    function idle() external view returns (uint256) {
        return account.cash;
    }

    /// @inheritdoc IVault
    function holding(uint256 index) external view returns (uint256) {
        return _holding(index).amount;
    }

    function _balanceOf(IERC20 token) internal view returns (uint256) {
        return token.balanceOf(address(this));
    }

    /* VALUE */

    /// Values the vault into `v`, every price read once. Stops at the first that is of no use.
    /// @param v empty
    /// @param asked position to tell about besides
    function _valueInto(Valuation memory v, uint256 maxAge, uint256 asked) internal view {
        v.idle = account.cash;
        v.nav = v.idle;
        v.oldestAt = block.timestamp;
        for (uint256 i; i < positions; ++i) {
            Holding storage held = holdings[i];
            MarketId market = _marketOf(held);
            (uint256 price, uint256 observedAt, IPriceBook.HaltReason halted) = priceBook.peek(market);
            uint256 value = _worth(held, price);
            if (halted != IPriceBook.HaltReason.None || !_isWithin(observedAt, maxAge) || value > MAX_VALUE) {
                (v.market, v.halted, v.oldestAt) = (market, halted, observedAt);
                return;
            }

            v.nav += value;
            v.oldestAt = Math.min(v.oldestAt, observedAt);
            if (i == asked) (v.price, v.observedAt, v.value) = (price, observedAt, value);
        }
        v.isPriced = true;
    }

    /// Base units, rounded down; more than MAX_VALUE where that is exceeded.
    function _worth(Holding storage held, uint256 price) private view returns (uint256) {
        // safe: amount and price are below 2^128, the unit below 2^107, MAX_VALUE * unit below 2^235
        unchecked {
            uint256 worth = uint256(held.amount) * price;
            uint256 unit = PRICE_UNIT * 10 ** held.decimals;
            return worth > MAX_VALUE * unit / baseUnit ? type(uint256).max : worth * baseUnit / unit;
        }
    }

    /// A node may answer a view with the newest state under the time of the block before: the future is not too old.
    function _isWithin(uint256 since, uint256 maxAge) internal view returns (bool) {
        return since > 0 && block.timestamp <= since + maxAge;
    }

    /// Reverts in the words of the price book.
    function _checkPriced(Valuation memory v, uint256 maxAge) internal view {
        if (v.isPriced) return;
        require(v.halted == IPriceBook.HaltReason.None, IPriceBook.MarketIsHalted(v.market, v.halted));
        require(_isWithin(v.oldestAt, maxAge), IPriceBook.PriceTooOld(v.market, v.oldestAt, maxAge));
        revert ValueTooLarge(v.market, MAX_VALUE);
    }

    /// A price as base units a token unit: the first over the second. safe: price < 2^128, baseUnit < 2^80
    function _ratio(uint256 price, uint256 decimals) internal view returns (uint256 baseUnits, uint256 tokenUnits) {
        return (price * baseUnit, PRICE_UNIT * 10 ** decimals);
    }
}
