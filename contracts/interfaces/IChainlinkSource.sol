// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource, MarketId} from "./IPriceSource.sol";

/// @title IChainlinkSource
/// @notice Reads the newest complete round of a Chainlink aggregator, one aggregator a market.
/// @dev `observation` answers zero, "never reported", while any of these holds:
/// - the market has no aggregator, or the aggregator reverts, uses up its gas or answers malformed words
/// - the round is incomplete: `updatedAt` is zero, or `answeredInRound` is older than the round
/// - the answer is not positive, rounds to zero, or does not fit into 128 bits at 8 decimals
/// - `updatedAt` lies in the future
/// - the L2 sequencer is down, came back less than `sequencerGrace` ago, or its uptime feed does not say
/// @custom:rounding prices of more than 8 decimals round down
interface IChainlinkSource is IPriceSource {
    event AggregatorSet(MarketId indexed market, AggregatorV3Interface aggregator, uint8 decimals);

    error AggregatorExists(MarketId market, AggregatorV3Interface aggregator);
    error AggregatorDecimalsInvalid(uint256 decimals, uint256 maxDecimals);
    error SequencerGraceInvalid(AggregatorV3Interface sequencerUptime, uint256 sequencerGrace);

    /// @notice Sets the aggregator of `market`, once; its decimals are read now and never again.
    /// @dev - Reverts when it has more than 36 decimals.
    /// @custom:access governor
    function setAggregator(MarketId market, AggregatorV3Interface aggregator) external;

    /// @notice Returns the aggregator of `market`; zero = none.
    function aggregatorOf(MarketId market) external view returns (AggregatorV3Interface);

    /// @notice Returns the L2 sequencer's uptime feed, whose answer 0 means up; zero on a chain without a sequencer.
    function sequencerUptime() external view returns (AggregatorV3Interface);

    /// @notice Returns how long after the sequencer's return prices are not believed, seconds.
    function sequencerGrace() external view returns (uint32);
}
