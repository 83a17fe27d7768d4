// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FeedId, ISignalFeed, Level, Signal} from "../../contracts/interfaces/ISignalFeed.sol";
import {FixedMath} from "../../contracts/libraries/FixedMath.sol";

/// @title ReadSignal
/// @notice A lender that asks for more collateral while the market is expected to be wild.
contract ReadSignal {
    uint256 private constant CALM_LTV_WAD = 0.8e18; // at no volatility
    uint256 private constant LOWEST_LTV_WAD = 0.4e18; // also when no fresh signal is to be had

    ISignalFeed public immutable signalFeed;
    FeedId public immutable feed;

    constructor(ISignalFeed signalFeed_, FeedId feed_) {
        (signalFeed, feed) = (signalFeed_, feed_);
    }

    /// @notice Returns the loan a collateral of 1 may carry: 0.8 less half the volatility expected, at least 0.4.
    /// @custom:rounding down, against the borrower
    function maxLtvWad() external view returns (uint256) {
        try signalFeed.latest(feed, 6 days, Level.EXECUTED) returns (Signal memory signal) {
            uint256 half = (FixedMath.exp2Wad(signal.value) + 1) / 2; // 1e18 = 100 %/yr
            return half < CALM_LTV_WAD - LOWEST_LTV_WAD ? CALM_LTV_WAD - half : LOWEST_LTV_WAD;
        } catch {
            return LOWEST_LTV_WAD;
        }
    }
}
