// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry, ModelId} from "./IModelRegistry.sol";
import {IPriceBook} from "./IPriceBook.sol";
import {MarketId} from "./IPriceSource.sol";

/// Short ASCII name of a feed, left-aligned: that of its market, a space, what is forecast: "SPX/USD vol".
type FeedId is bytes32;

/// Who computed a signal; readers combine the values into a mask of the levels they accept.
library Level {
    uint8 internal constant EXECUTED = 1; // the EVM, from on-chain features
    uint8 internal constant OPTIMISTIC = 2; // a bonded node, challengeable
    uint8 internal constant SCORED = 4; // many nodes, commit and reveal
}

struct Signal {
    int64 value; // log2Q32 of the annualised volatility expected over the next `horizon` candles
    uint48 closedAt; // end of the candle the signal was computed from, unix seconds
    uint32 round; // index of that candle
    uint8 level; // one of `Level`
}

struct Feed {
    MarketId market;
    ModelId model;
    uint16 horizon; // candles ahead; the ring keeps horizon + 1 rounds
    uint16 periodsPerYear;
    uint32 lastRound; // 0 = nothing published yet
}

/// @title ISignalFeed
/// @notice Forecasts that the chain has computed itself, one feed per market and kind.
/// @dev A reader always says how old is too old and which levels it accepts; there is no default.
/// @custom:invariant SIG-1 a stored EXECUTED signal equals the reference model on the stored features
/// @custom:invariant SIG-2 rounds strictly increase; no replay across chain, contract, feed or round
interface ISignalFeed {
    event FeedCreated(FeedId indexed feed, MarketId indexed market, ModelId indexed model, uint16 horizon);
    event ModelSwitched(FeedId indexed feed, ModelId indexed model);
    event SignalPublished(
        FeedId indexed feed,
        uint32 indexed round,
        ModelId indexed model,
        int64 value,
        uint8 level,
        uint48 closedAt,
        bytes32 features
    );

    error FeedUnknown(FeedId feed);
    error FeedExists(FeedId feed);
    error FeedNameInvalid(FeedId feed, MarketId market);
    error ModelMismatch(bytes32 name, uint256 model, uint256 market);
    error RoundAlreadyPublished(FeedId feed, uint256 round);
    error CandlesTooFew(uint256 candles, uint256 minCandles);
    error GapNotAcknowledged(MarketId market);
    error SignalTooOld(FeedId feed, uint256 closedAt, uint256 maxAge);
    error SignalLevelNotAccepted(uint256 level, uint256 levels);

    /// @notice Creates `feed`; the model must name the market's feature set and period.
    /// @dev - Reverts unless the name of the feed begins with that of the market and a space.
    /// @custom:access governor
    function createFeed(FeedId feed, MarketId market, ModelId model) external;

    /// @notice Uses `model` from the next round on; its horizon must be the feed's.
    /// @custom:access governor
    function setModel(FeedId feed, ModelId model) external;

    /// @notice Closes the pending candle, if any, runs the model on its features and stores the round.
    /// @dev - Reverts when that round is published already. A round not published before the next close is skipped.
    /// - A revert undoes the close as well: while publishing waits (a gap, too few candles), candles enter by
    ///   `PriceBook.close`.
    /// @custom:access anyone
    function publish(FeedId feed) external returns (Signal memory);

    /// @notice Returns the newest signal no older than `maxAge` seconds (from the candle's end) at an accepted level.
    /// @param levels mask of `Level` values the reader accepts
    function latest(FeedId feed, uint256 maxAge, uint8 levels) external view returns (Signal memory);

    /// @notice Returns the newest signal without judging its age or level; all zero before the first.
    /// @dev Never reverts for a known feed.
    function peek(FeedId feed) external view returns (Signal memory);

    /// @notice Returns the newest of the last `horizon` + 1 rounds that is at one of `levels`, without judging its age;
    /// all zero when there is none.
    /// @dev Never reverts for a known feed.
    /// @param levels mask of `Level` values the reader accepts
    function newest(FeedId feed, uint8 levels) external view returns (Signal memory);

    /// @notice Returns the signal of `round`; reverts "No data present" when it has left the ring or never was.
    function signalAt(FeedId feed, uint32 round) external view returns (Signal memory);

    function feedInfo(FeedId feed) external view returns (Feed memory);

    /// @notice Returns where candles and features come from.
    function priceBook() external view returns (IPriceBook);

    /// @notice Returns where models come from.
    function modelRegistry() external view returns (IModelRegistry);
}
