// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CandleState, IPriceBook, MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {Candle} from "../interfaces/ISignedSource.sol";
import {Candles} from "../libraries/Candles.sol";
import {Features} from "../libraries/Features.sol";
import {MarketCode} from "../libraries/MarketCode.sol";
import {Observation, Observations} from "../libraries/Observations.sol";

/// PRICE. The stored price is the median of the fresh sources. A source is fresh when its observation is at most
/// `sourceMaxAge` old and not from the future. Fewer than `minSources` fresh ones, or one further than `bandBps` from
/// the median, halt the market; the next good update resumes it. Nothing is averaged over a disagreement.
///
/// CANDLES. A candle is taken from the candle source, which a quorum has signed: who calls `close` chooses neither time
/// nor content. It must be `period` long, start at or after the end of the last one, and close inside the band of the
/// other fresh sources, of which `minSources` − 1 must confirm it. Candles are counted, not clocked: one that never
/// came is not invented.
///
/// FEATURES. One candle is one O(1) step of the feature state, two slots a market. No history is stored or read.
///
/// SEEDING. Before the first live candle the governor feeds historical ones, each evented. The first live one ends it.
///
/// GAPS. A candle that starts more than `maxGap` after the last end is taken and marks the market as gapped; readers
/// that publish forecasts wait until the governor has acknowledged it.
///
/// PARAMETERS. No parameter ever changes, so a market's are the code of a contract that this one creates: one cold read
/// brings them and every source.
///
/// ROLES. The governor creates markets, seeds, acknowledges gaps. Anyone updates and closes.
///
/// LIVENESS. A source that reverts, burns its gas or answers nonsense is one that is not fresh; it blocks nothing else.
/// A caller who brings too little gas to ask a source properly is refused, so that nobody can halt a market by starving
/// its sources.
contract PriceBook is IPriceBook, AccessManaged {
    using Candles for Candle;
    using Features for Features.State;
    using MarketCode for MarketId;
    using MarketCode for bytes;
    using Observations for IPriceSource[];
    using Observations for Observation[];

    /// What changes about a market: slot 0 by `update`, the others by `close`. The rest is code, see `MarketCode`.
    struct Market {
        // slot 0: 16 + 6 + 1 bytes, 9 free
        uint128 price; // 1e8, quote per 1 base; 0 = never updated
        uint48 observedAt; // unix seconds
        HaltReason halted;
        // slots 1 and 2
        Features.State state;
    }

    uint256 private constant MAX_SOURCES = 8;
    uint256 private constant MAX_BAND_BPS = 10_000;

    mapping(MarketId market => Market) private _markets;

    constructor(address authority) AccessManaged(authority) {}

    /* SET UP */

    /// @inheritdoc IPriceBook
    function createMarket(MarketId market, MarketParams calldata params) external restricted {
        require(!market.exists(), MarketExists(market));
        _checkParams(market, params);

        market.write(params);

        emit MarketCreated(market, params);
    }

    /// @inheritdoc IPriceBook
    function seed(MarketId market, Candle[] calldata candles) external restricted {
        bytes memory code = _code(market);
        Features.State memory state = _markets[market].state;
        require(!state.isLive(), SeedTooLate(market));

        (uint256 period, uint256 alphasQ32) = (code.period(), code.alphasQ32());
        for (uint256 i; i < candles.length; ++i) {
            Candle memory candle = candles[i];
            _checkCandle(market, candle, period, state.closedAt());
            state.step(candle, alphasQ32);
            _emitSeeded(market, state.index(), candle);
        }

        _markets[market].state = state;
    }

    /// @inheritdoc IPriceBook
    function acknowledgeGap(MarketId market) external restricted {
        _requireKnown(market);
        Features.State memory state = _markets[market].state;
        require(state.isGapped(), GapNotFound(market));

        state.clearGap();
        _markets[market].state = state;

        emit GapAcknowledged(market, state.index());
    }

    /* PRICE */

    /// @inheritdoc IPriceBook
    function update(MarketId market) external returns (uint128) {
        bytes memory code = _code(market);
        Market storage m = _markets[market];

        Observation[] memory fresh = code.sources().fresh(market, code.sourceMaxAge(), IPriceSource(address(0)));
        if (fresh.length < code.minSources()) return _halt(market, m, HaltReason.TooFewSources);

        Observation memory median = fresh.median();
        uint256 bandBps = code.bandBps();
        // Sorted: when the ends agree with the median, all do.
        bool isAgreed = Observations.isWithin(fresh[0].price, median.price, bandBps)
            && Observations.isWithin(fresh[fresh.length - 1].price, median.price, bandBps);
        if (!isAgreed) return _halt(market, m, HaltReason.Disagreement);

        return _store(market, m, median);
    }

    function _halt(MarketId market, Market storage m, HaltReason reason) private returns (uint128) {
        if (m.halted != reason) {
            m.halted = reason;
            emit MarketHalted(market, reason);
        }
        return 0;
    }

    function _store(MarketId market, Market storage m, Observation memory median) private returns (uint128) {
        if (m.halted != HaltReason.None) {
            m.halted = HaltReason.None;
            emit MarketResumed(market);
        }
        if (m.price != median.price || m.observedAt != median.observedAt) {
            (m.price, m.observedAt) = (median.price, median.observedAt);
            emit PriceUpdated(market, median.price, median.observedAt);
        }
        return median.price;
    }

    /* CANDLES */

    /// @inheritdoc IPriceBook
    function close(MarketId market) external returns (CandleState memory closed) {
        bytes memory code = _code(market);
        Features.State storage stored = _markets[market].state;
        Features.State memory state = stored;

        Candle memory candle = code.candleSource().candle(market);
        if (candle.end <= state.closedAt()) {
            require(state.index() > 0, CandleMissing(market));
            _describe(state, closed);
            return closed;
        }

        _checkCandle(market, candle, code.period(), state.closedAt());
        if (code.confirmers() > 0) _checkConfirmed(market, code, candle.close);

        uint48 gap = _gap(state, candle, code.maxGap());
        if (gap > 0) state.markGapped();
        state.markLive();
        state.step(candle, code.alphasQ32());
        (stored.head, stored.tail) = (state.head, state.tail);

        _emitClosed(market, state.index(), candle);
        if (gap > 0) emit GapFound(market, state.index(), gap);
        _describe(state, closed);
    }

    /// @dev The candle source is one voice of `minSources`; the rest must come from others that are fresh.
    function _checkConfirmed(MarketId market, bytes memory code, uint256 closePrice) private view {
        Observation[] memory others = code.sources().fresh(market, code.sourceMaxAge(), code.candleSource());
        uint256 needed = code.minSources() - 1; // at least 1
        require(others.length >= needed, CandleUnconfirmed(others.length, needed));
        if (others.length == 0) return;

        uint256 median = others.median().price;
        bool isInside = Observations.isWithin(closePrice, median, code.bandBps());
        require(isInside, CandleOutsideBand(closePrice, median, code.bandBps()));
    }

    /// @dev Zero for the very first candle and for a gap within bounds.
    function _gap(Features.State memory state, Candle memory candle, uint256 maxGap) private pure returns (uint48) {
        if (state.index() == 0) return 0;
        // safe: `_checkCandle` has seen the order
        unchecked {
            uint48 gap = candle.start - state.closedAt();
            return gap > maxGap ? gap : 0;
        }
    }

    /// @dev Order first: a candle that overlaps the last one says so, whatever its shape.
    function _checkCandle(MarketId market, Candle memory candle, uint256 period, uint256 lastEnd) private view {
        require(candle.start >= lastEnd, CandleOutOfOrder(candle.start, lastEnd));
        // safe: 48 bits and 32
        unchecked {
            bool isFull = candle.end == candle.start + period && candle.end <= block.timestamp;
            require(isFull && candle.isWellFormed(), CandleMalformed(market, candle.start));
        }
    }

    function _emitSeeded(MarketId market, uint32 index, Candle memory c) private {
        emit CandleSeeded(market, index, c.start, c.end, c.open, c.high, c.low, c.close);
    }

    function _emitClosed(MarketId market, uint32 index, Candle memory c) private {
        emit CandleClosed(market, index, c.start, c.end, c.open, c.high, c.low, c.close);
    }

    /* VIEWS */

    /// @inheritdoc IPriceBook
    function price(MarketId market, uint256 maxAge) external view returns (uint128, uint48) {
        Market storage m = _markets[market];
        (uint128 stored, uint48 observedAt, HaltReason halted) = (m.price, m.observedAt, m.halted);

        require(halted == HaltReason.None, MarketIsHalted(market, halted));
        if (observedAt == 0) _requireKnown(market); // a market with a price is known
        // Saturating: a node may answer a view with the newest state under the time of the block before.
        uint256 age = Math.saturatingSub(block.timestamp, observedAt);
        require(observedAt > 0 && age <= maxAge, PriceTooOld(market, observedAt, maxAge));
        return (stored, observedAt);
    }

    /// @inheritdoc IPriceBook
    function peek(MarketId market) external view returns (uint128, uint48, HaltReason) {
        Market storage m = _markets[market];
        if (m.observedAt == 0) _requireKnown(market);
        return (m.price, m.observedAt, m.halted);
    }

    /// @inheritdoc IPriceBook
    function candleState(MarketId market) external view returns (CandleState memory newest) {
        _requireKnown(market);
        _describe(_markets[market].state, newest);
    }

    /// @inheritdoc IPriceBook
    function featureState(MarketId market) external view returns (bytes32[] memory) {
        _requireKnown(market);
        Features.State memory state = _markets[market].state;
        return state.words();
    }

    /// @inheritdoc IPriceBook
    function marketParams(MarketId market) external view returns (MarketParams memory) {
        return _code(market).decode();
    }

    function _code(MarketId market) private view returns (bytes memory code) {
        code = market.read();
        require(code.length > 0, MarketUnknown(market));
    }

    function _requireKnown(MarketId market) private view {
        require(market.exists(), MarketUnknown(market));
    }

    /// @dev Fills what the caller returns: memory for a second struct would be cleared for nothing at every close.
    function _describe(Features.State memory state, CandleState memory result) private pure {
        result.index = state.index();
        result.closedAt = state.closedAt();
        result.gapped = state.isGapped();
        result.features = state.lanes();
    }

    /* PARAMETERS */

    function _checkParams(MarketId market, MarketParams calldata params) private pure {
        _check(MarketId.unwrap(market) != 0, "market", 0);
        _checkSources(params.sources);
        _check(address(params.candleSource) != address(0), "candleSource", 0);
        _check(params.minSources > 0 && params.minSources <= params.sources.length, "minSources", params.minSources);
        _check(params.bandBps > 0 && params.bandBps <= MAX_BAND_BPS, "bandBps", params.bandBps);
        // A band that the network's own silence could leave would halt the market on every calm day.
        _check(params.deviationBps > 0 && params.deviationBps < params.bandBps, "deviationBps", params.deviationBps);
        _check(params.sourceMaxAge > 0, "sourceMaxAge", 0);
        _check(params.period > 0, "period", 0);
        _check(params.periodsPerYear > 0, "periodsPerYear", 0);
        _check(params.featureSet == Features.SET, "featureSet", params.featureSet);
        _check(params.alphasQ32.length == Features.WORDS, "alphasQ32", params.alphasQ32.length);
        for (uint256 i; i < params.alphasQ32.length; ++i) {
            _check(params.alphasQ32[i] > 0, "alphaQ32", 0);
        }
    }

    /// @dev A source listed twice would count twice toward `minSources`.
    function _checkSources(IPriceSource[] calldata sources) private pure {
        _check(sources.length > 0 && sources.length <= MAX_SOURCES, "sources", sources.length);
        for (uint256 i; i < sources.length; ++i) {
            _check(address(sources[i]) != address(0), "source", i);
            for (uint256 j; j < i; ++j) {
                _check(sources[i] != sources[j], "source", i);
            }
        }
    }

    function _check(bool isValid, bytes32 name, uint256 value) private pure {
        require(isValid, MarketParamInvalid(name, value));
    }
}
