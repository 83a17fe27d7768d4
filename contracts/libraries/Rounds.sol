// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceBook} from "../interfaces/IPriceBook.sol";

/// What an aggregator says of its newest round, in the words of its interface.
struct Round {
    uint256 id; // 0 = nothing could be read
    int256 answer;
    uint256 startedAt;
    uint256 updatedAt; // 0 = not complete
    uint256 answeredInRound; // below `id` = carried over from an older round
}

/// @title Rounds
/// @notice Reads aggregators so that none of them can make the reader revert or pay without bound.
library Rounds {
    /// @dev What one aggregator may use; `Observations.SOURCE_GAS` pays for two of them.
    uint256 internal constant READ_GAS = 40_000;

    /// @notice Returns the newest round of `aggregator`, all zero when it reverts, uses up `READ_GAS` or answers short.
    /// @dev Copies 160 bytes and no more. In plain Solidity, which would revert on malformed words:
    /// `try aggregator.latestRoundData{gas: READ_GAS}() returns (uint80, int256, uint256, uint256, uint80) { … }
    /// catch {}`
    function tryLatest(AggregatorV3Interface aggregator) internal view returns (Round memory round) {
        // A call is given at most 63/64 of the gas left: with less a caller could starve a healthy aggregator.
        uint256 needed = READ_GAS * 64 / 63 + 5_000;
        require(gasleft() >= needed, IPriceBook.SourceGasTooLow(gasleft(), needed));

        bytes memory query = abi.encodeCall(AggregatorV3Interface.latestRoundData, ());
        Round memory answered;
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(READ_GAS, aggregator, add(query, 0x20), mload(query), answered, 0xa0)
            ok := and(ok, gt(returndatasize(), 0x9f))
        }
        bool isWellFormed =
            ok && answered.id <= type(uint80).max && answered.answeredInRound <= type(uint80).max;
        if (isWellFormed) round = answered;
    }

    /// @notice Returns whether `round` has an answer of its own, given no later than now.
    function isComplete(Round memory round) internal view returns (bool) {
        return round.updatedAt > 0 && round.updatedAt <= block.timestamp && round.answeredInRound >= round.id;
    }
}
