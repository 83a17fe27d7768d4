// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CandleState, IPriceBook, MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {Candle, ISignedSource} from "../interfaces/ISignedSource.sol";
import {Candles} from "../libraries/Candles.sol";
import {Features} from "../libraries/Features.sol";
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
/// ROLES. The governor creates markets, seeds, acknowledges gaps. Anyone updates and closes. No parameter ever changes.
///
/// LIVENESS. A source that reverts, burns its gas or answers nonsense is one that is not fresh; it blocks nothing else.
/// A caller who brings too little gas to ask a source properly is refused, so that nobody can halt a market by starving
/// its sources.
contract PriceBook is IPriceBook, AccessManaged {
    using Candles for Candle;
    using Features for Features.State;
    using Observations for IPriceSource[];
    using Observations for Observation[];

    /// One market. Slots 0 and 1 never change, 2 is written by `update`, 3 and 4 by `close`.
    struct Market {
        // slot 0: 20 + 2 + 4 + 4 + 1 + 1 bytes
        ISignedSource candleSource; // zero = no such market
        uint16 bandBps;
        uint32 sourceMaxAge;
        uint32 period;
        uint8 minSources;
        uint8 confirmers; // sources other than `candleSource`
        // slot 1: 4 + 2 + 2 + 24 bytes
        uint32 maxGap;
        uint16 periodsPerYear;
        uint16 featureSet;
        uint192 alphasQ32; // 32 bits each, that of word 0 in the most significant bits
        // slot 2: 16 + 6 + 1 bytes, 9 free
        uint128 price; // 1e8, quote per 1 base; 0 = never updated
        uint48 observedAt; // unix seconds
        HaltReason halted;
        // slots 3 and 4
        Features.State state;
        // slot 5: length
        IPriceSource[] sources;
    }

    uint256 private constant MAX_SOURCES = 8;
    uint256 private constant MAX_BAND_BPS = 10_000;

    mapping(MarketId market => Market) private _markets;

    constructor(address authority) AccessManaged(authority) {}

    /* SET UP */

    /// @inheritdoc IPriceBook
    function createMarket(MarketId market, MarketParams calldata params) external restricted {
        Market storage m = _markets[market];
        require(address(m.candleSource) == address(0), MarketExists(market));
        _checkParams(market, params);

        m.candleSource = params.candleSource;
        m.bandBps = params.bandBps;
        m.sourceMaxAge = params.sourceMaxAge;
        m.period = params.period;
        m.minSources = params.minSources;
        m.maxGap = params.maxGap;
        m.periodsPerYear = params.periodsPerYear;
        m.featureSet = params.featureSet;
        m.alphasQ32 = _packAlphas(params.alphasQ32);
        m.sources = params.sources;
        m.confirmers = _countConfirmers(params);

        emit MarketCreated(market, params);
    }

    /// @inheritdoc IPriceBook
    function seed(MarketId market, Candle[] calldata candles) external restricted {
        Market storage m = _market(market);
        Features.State memory state = m.state;
        require(!state.isLive, SeedTooLate(market));

        (uint256 period, uint256 alphasQ32) = (m.period, m.alphasQ32);
        for (uint256 i; i < candles.length; ++i) {
            Candle memory candle = candles[i];
            _checkCandle(market, candle, period, state.closedAt);
            state.step(candle, alphasQ32);
            _emitSeeded(market, state.index, candle);
        }

        m.state = state;
    }

    /// @inheritdoc IPriceBook
    function acknowledgeGap(MarketId market) external restricted {
        Features.State storage state = _market(market).state;
        require(state.isGapped, GapNotFound(market));

        state.isGapped = false;

        emit GapAcknowledged(market, state.index);
    }

    /* PRICE */

    /// @inheritdoc IPriceBook
    function update(MarketId market) external returns (uint128) {
        Market storage m = _market(market);

        Observation[] memory fresh = m.sources.fresh(market, m.sourceMaxAge, IPriceSource(address(0)));
        if (fresh.length < m.minSources) return _halt(market, m, HaltReason.TooFewSources);

        Observation memory median = fresh.median();
        // Sorted: when the ends agree with the median, all do.
        bool isAgreed = Observations.isWithin(fresh[0].price, median.price, m.bandBps)
            && Observations.isWithin(fresh[fresh.length - 1].price, median.price, m.bandBps);
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
    function close(MarketId market) external returns (CandleState memory) {
        Market storage m = _market(market);
        // Read together, slot by slot: each is read once.
        (ISignedSource candleSource, uint256 period, uint256 confirmers) = (m.candleSource, m.period, m.confirmers);
        Features.State memory state = m.state;

        Candle memory candle = candleSource.candle(market);
        if (candle.end <= state.closedAt) {
            require(state.index > 0, CandleMissing(market));
            return _candleState(state);
        }

        _checkCandle(market, candle, period, state.closedAt);
        if (confirmers > 0) _checkConfirmed(market, m, candle.close);

        (uint256 maxGap, uint256 alphasQ32) = (m.maxGap, m.alphasQ32);
        uint48 gap = _gap(state, candle, maxGap);
        if (gap > 0) state.isGapped = true;
        state.isLive = true;
        state.step(candle, alphasQ32);
        m.state = state;

        _emitClosed(market, state.index, candle);
        if (gap > 0) emit GapFound(market, state.index, gap);
        return _candleState(state);
    }

    /// @dev The candle source is one voice of `minSources`; the rest must come from others that are fresh.
    function _checkConfirmed(MarketId market, Market storage m, uint256 closePrice) private view {
        Observation[] memory others = m.sources.fresh(market, m.sourceMaxAge, m.candleSource);
        uint256 needed = m.minSources - 1; // safe: at least 1
        require(others.length >= needed, CandleUnconfirmed(others.length, needed));
        if (others.length == 0) return;

        uint256 median = others.median().price;
        bool isInside = Observations.isWithin(closePrice, median, m.bandBps);
        require(isInside, CandleOutsideBand(closePrice, median, m.bandBps));
    }

    /// @dev Zero for the very first candle and for a gap within bounds.
    function _gap(Features.State memory state, Candle memory candle, uint256 maxGap) private pure returns (uint48) {
        if (state.index == 0) return 0;
        uint48 gap = candle.start - state.closedAt; // safe: order was checked
        return gap > maxGap ? gap : 0;
    }

    /// @dev Order first: a candle that overlaps the last one says so, whatever its shape.
    function _checkCandle(MarketId market, Candle memory candle, uint256 period, uint256 lastEnd) private view {
        require(candle.start >= lastEnd, CandleOutOfOrder(candle.start, lastEnd));
        require(
            candle.isWellFormed() && candle.end - candle.start == period && candle.end <= block.timestamp,
            CandleMalformed(market, candle.start)
        );
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
        Market storage m = _market(market);
        (uint128 stored, uint48 observedAt, HaltReason halted) = (m.price, m.observedAt, m.halted);

        require(halted == HaltReason.None, MarketIsHalted(market, halted));
        // Saturating: a node may answer a view with the newest state under the time of the block before.
        uint256 age = Math.saturatingSub(block.timestamp, observedAt);
        require(observedAt > 0 && age <= maxAge, PriceTooOld(market, observedAt, maxAge));
        return (stored, observedAt);
    }

    /// @inheritdoc IPriceBook
    function peek(MarketId market) external view returns (uint128, uint48, HaltReason) {
        Market storage m = _market(market);
        return (m.price, m.observedAt, m.halted);
    }

    /// @inheritdoc IPriceBook
    function candleState(MarketId market) external view returns (CandleState memory) {
        return _candleState(_market(market).state);
    }

    /// @inheritdoc IPriceBook
    function featureState(MarketId market) external view returns (bytes32[] memory) {
        Features.State memory state = _market(market).state;
        return state.slots();
    }

    /// @inheritdoc IPriceBook
    function marketParams(MarketId market) external view returns (MarketParams memory) {
        Market storage m = _market(market);
        return MarketParams({
            sources: m.sources,
            candleSource: m.candleSource,
            minSources: m.minSources,
            bandBps: m.bandBps,
            sourceMaxAge: m.sourceMaxAge,
            period: m.period,
            maxGap: m.maxGap,
            periodsPerYear: m.periodsPerYear,
            featureSet: m.featureSet,
            alphasQ32: _unpackAlphas(m.alphasQ32)
        });
    }

    function _market(MarketId market) private view returns (Market storage m) {
        m = _markets[market];
        require(address(m.candleSource) != address(0), MarketUnknown(market));
    }

    function _candleState(Features.State memory state) private pure returns (CandleState memory) {
        return CandleState({
            index: state.index, closedAt: state.closedAt, gapped: state.isGapped, features: state.lanes()
        });
    }

    /* PARAMETERS */

    function _checkParams(MarketId market, MarketParams calldata params) private pure {
        _check(MarketId.unwrap(market) != 0, "market", 0);
        _checkSources(params.sources);
        _check(address(params.candleSource) != address(0), "candleSource", 0);
        _check(params.minSources > 0 && params.minSources <= params.sources.length, "minSources", params.minSources);
        _check(params.bandBps > 0 && params.bandBps <= MAX_BAND_BPS, "bandBps", params.bandBps);
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

    function _countConfirmers(MarketParams calldata params) private pure returns (uint8 count) {
        for (uint256 i; i < params.sources.length; ++i) {
            if (params.sources[i] != params.candleSource) ++count;
        }
    }

    function _packAlphas(uint32[] calldata alphasQ32) private pure returns (uint192 packed) {
        for (uint256 i; i < alphasQ32.length; ++i) {
            packed = (packed << 32) | alphasQ32[i];
        }
    }

    function _unpackAlphas(uint192 packed) private pure returns (uint32[] memory alphasQ32) {
        alphasQ32 = new uint32[](Features.WORDS);
        for (uint256 i = Features.WORDS; i > 0; --i) {
            alphasQ32[i - 1] = uint32(packed);
            packed >>= 32;
        }
    }
}
