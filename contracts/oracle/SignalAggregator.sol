// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {FeedId, ISignalFeed, Signal} from "../interfaces/ISignalFeed.sol";
import {FixedMath} from "../libraries/FixedMath.sol";

/// @title SignalAggregator
/// @notice One feed of the protocol in the shape of a Chainlink aggregator, for consumers that know no other.
/// @dev - The answer is the annualised volatility, 8 decimals: 1e8 = 100 %/yr.
/// - This shape has no place for an age or a level, so both are fixed here, once: an answer older than `maxAge`, or of
///   a level outside `levels`, reverts as `ISignalFeed.latest` does.
/// - A round is the feed's; `startedAt` and `updatedAt` are the end of the candle it was computed from.
/// @custom:rounding answers round down
contract SignalAggregator is AggregatorV3Interface {
    error SignalLevelsInvalid(uint256 levels);
    error SignalMaxAgeZero();

    uint256 private constant ANSWER_PER_WAD = 1e10; // a WAD has 18 decimals, an answer 8

    // Their names are the interface's.
    // solhint-disable const-name-snakecase
    /// @inheritdoc AggregatorV3Interface
    uint8 public constant decimals = 8;
    /// @inheritdoc AggregatorV3Interface
    uint256 public constant version = 1;
    // solhint-enable const-name-snakecase

    ISignalFeed public immutable signalFeed;
    FeedId public immutable feed;
    uint256 public immutable maxAge; // seconds
    uint8 public immutable levels; // mask of `Level` values

    constructor(ISignalFeed signalFeed_, FeedId feed_, uint256 maxAge_, uint8 levels_) {
        require(maxAge_ > 0, SignalMaxAgeZero());
        require(levels_ > 0 && levels_ < 8, SignalLevelsInvalid(levels_));
        signalFeed_.peek(feed_); // reverts for an unknown feed
        (signalFeed, feed, maxAge, levels) = (signalFeed_, feed_, maxAge_, levels_);
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _roundData(signalFeed.latest(feed, maxAge, levels));
    }

    /// @inheritdoc AggregatorV3Interface
    /// @dev Reverts "No data present" when the round has left the ring, never was, or has a level not accepted here; an
    /// old round is not too old for who asks for it by its number.
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        Signal memory signal = signalFeed.signalAt(feed, uint32(roundId));
        // The words of Chainlink's aggregators, which existing consumers look for.
        // solhint-disable-next-line gas-custom-errors
        require(signal.round == roundId && signal.level & levels != 0, "No data present");
        return _roundData(signal);
    }

    /// @inheritdoc AggregatorV3Interface
    /// @dev The feed's id, which is short ASCII: "SPX/USD vol".
    function description() external view returns (string memory text) {
        bytes memory id = abi.encodePacked(feed);
        uint256 length;
        while (length < 32 && id[length] != 0) ++length;
        text = new string(length);
        for (uint256 i; i < length; ++i) {
            bytes(text)[i] = id[i];
        }
    }

    /// @dev safe: an answer is below 2^64 · 1e8
    function _roundData(Signal memory s) private pure returns (uint80, int256, uint256, uint256, uint80) {
        return (s.round, int256(FixedMath.exp2Wad(s.value) / ANSWER_PER_WAD), s.closedAt, s.closedAt, s.round);
    }
}
