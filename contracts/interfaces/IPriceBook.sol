// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource, MarketId} from "./IPriceSource.sol";
import {Candle, ISignedSource} from "./ISignedSource.sol";

/// Everything fixed about a market when it is created.
struct MarketParams {
    IPriceSource[] sources; // one to eight; the median of the fresh ones is the price
    ISignedSource candleSource; // where closed candles come from; may also be one of `sources`
    uint8 minSources; // fewer fresh sources halt the market; at least 1
    uint16 bandBps; // fresh sources further than this from their median halt the market
    uint16 deviationBps; // the oracle network reports anew once its price has moved this far; below `bandBps`
    uint32 sourceMaxAge; // seconds; an older observation does not count
    uint32 period; // seconds from start to end of a candle
    uint32 maxGap; // seconds from the end of one candle to the start of the next before publishing waits
    uint16 periodsPerYear; // candles a year: 252 sessions, 8,760 hours
    uint16 featureSet; // id of the feature table in docs/formats.md
    uint32[] alphasQ32; // smoothing factor 1 − 2^(−1/halfLife) of each feature word, 32 fraction bits
}

/// What closing a candle leaves behind, and all a model needs.
struct CandleState {
    uint32 index; // candles closed so far, seeded ones included; the newest has this index, the first is 1
    uint48 closedAt; // `end` of the newest candle, unix seconds
    bool gapped; // true: a gap above `maxGap` has not been acknowledged, publishing waits
    bytes32 features; // int16 lanes, lane 0 in the most significant bits
}

/// @title IPriceBook
/// @notice The protocol's prices, candles and feature state, one market each.
/// @custom:invariant PRC-1 no price from fewer than `minSources` fresh, agreeing sources
/// @custom:invariant PRC-2 candle indices increase by one and candle n+1 starts at or after the end of n
interface IPriceBook {
    enum HaltReason {
        None,
        TooFewSources, // fewer than `minSources` are fresh
        Disagreement // one is further than `bandBps` from the median
    }

    event MarketCreated(MarketId indexed market, MarketParams params);
    event PriceUpdated(MarketId indexed market, uint128 price, uint48 observedAt);
    event MarketHalted(MarketId indexed market, HaltReason reason);
    event MarketResumed(MarketId indexed market);
    event CandleSeeded(
        MarketId indexed market,
        uint32 indexed index,
        uint48 start,
        uint48 end,
        uint128 open,
        uint128 high,
        uint128 low,
        uint128 close
    );
    event CandleClosed(
        MarketId indexed market,
        uint32 indexed index,
        uint48 start,
        uint48 end,
        uint128 open,
        uint128 high,
        uint128 low,
        uint128 close
    );
    event GapFound(MarketId indexed market, uint32 indexed index, uint48 gap);
    event GapAcknowledged(MarketId indexed market, uint32 indexed index);

    error MarketUnknown(MarketId market);
    error MarketExists(MarketId market);
    error MarketParamInvalid(bytes32 name, uint256 value);
    error MarketIsHalted(MarketId market, HaltReason reason);
    error PriceTooOld(MarketId market, uint256 updatedAt, uint256 maxAge);
    error CandleMissing(MarketId market);
    error CandleOutOfOrder(uint256 start, uint256 lastEnd);
    error CandleMalformed(MarketId market, uint256 start);
    error CandleOutsideBand(uint256 close, uint256 median, uint256 bandBps);
    error CandleUnconfirmed(uint256 fresh, uint256 needed);
    error SeedTooLate(MarketId market);
    error GapNotFound(MarketId market);
    error SourceGasTooLow(uint256 gasLeft, uint256 needed);

    /// @notice Creates `market` with parameters that never change.
    /// @custom:access governor
    function createMarket(MarketId market, MarketParams calldata params) external;

    /// @notice Feeds historical candles into the feature state, emitting each, so that anyone can check them.
    /// @dev - Only before the first live candle; may be split over several calls. Gaps are not looked for.
    /// @custom:access governor
    function seed(MarketId market, Candle[] calldata candles) external;

    /// @notice Lets publishing go on after a gap longer than `maxGap`.
    /// @custom:access governor
    function acknowledgeGap(MarketId market) external;

    /// @notice Stores the median of the fresh, agreeing sources, or halts the market. Never averages a disagreement.
    /// @dev - Halting is stored, not reverted. Emits `PriceUpdated` only when price or time changed.
    /// - A source that reverts or answers nonsense counts as not fresh; a caller who brings too little gas to ask it
    ///   properly is refused.
    /// - The time of the median is that of the source that gave it, of an even count the older of the two.
    /// @custom:access anyone
    /// @custom:rounding median of an even count rounds down
    /// @return price 1e8 per unit; 0 when the market is halted
    function update(MarketId market) external returns (uint128 price);

    /// @notice Takes the newest candle of the candle source, once, and steps the feature state in O(1).
    /// @dev - Idempotent: with no newer candle it returns the present state.
    /// - Reverts when the close lies outside the band around the median of the other fresh sources, or when fewer than
    ///   `minSources` − 1 of them are fresh: the candle source itself is the one that is not counted.
    /// - A candle after a gap longer than `maxGap` is taken, and the state says so until it is acknowledged.
    /// @custom:access anyone
    function close(MarketId market) external returns (CandleState memory);

    /// @notice Returns the stored median of `market`.
    /// @dev - Reverts when the market is halted, or the price was observed more than `maxAge` seconds ago or never.
    function price(MarketId market, uint256 maxAge) external view returns (uint128 price, uint48 observedAt);

    /// @notice Returns price, time and halt reason without judging them; never reverts for a known market.
    function peek(MarketId market) external view returns (uint128 price, uint48 observedAt, HaltReason halted);

    function candleState(MarketId market) external view returns (CandleState memory);

    /// @notice Returns the packed feature words: five 48-bit words a slot, word 0 in the most significant bits.
    function featureState(MarketId market) external view returns (bytes32[] memory);

    function marketParams(MarketId market) external view returns (MarketParams memory);
}
