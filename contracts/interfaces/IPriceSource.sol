// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Short ASCII name of a market, base/quote, left-aligned: "SPX/USD".
type MarketId is bytes32;

/// @title IPriceSource
/// @notice One origin of prices: a quorum of nodes, Chainlink, Band. `PriceBook` compares several of them.
interface IPriceSource {
    /// @notice Returns the newest observation of `market`.
    /// @dev Never reverts for a known market; a source that has nothing answers zero.
    /// @return price 1e8 per unit, quote per 1 base; 0 = never reported
    /// @return observedAt unix seconds; 0 = never reported
    function observation(MarketId market) external view returns (uint128 price, uint48 observedAt);
}
