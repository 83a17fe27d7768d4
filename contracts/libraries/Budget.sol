// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FixedPointMathLib as Math} from "solady/src/utils/FixedPointMathLib.sol";

/// @title Budget
/// @notice The turnover and the loss of a rolling window, in one slot and O(1) whatever happened before.
/// @dev Time is cut into lanes of ceil(window / 4) seconds; the state keeps the newest five.
/// Let t - s <= window. With L the length of a lane, floor(t/L) - floor(s/L) <= ceil((t - s)/L) <= 4, so the lane of s
/// is the lane of t or one of the four before it: whatever was used within `window` seconds before t, its ends included,
/// is counted at t. A caller that refuses an addition whose total exceeds its budget therefore keeps the sum over any
/// window, wherever it starts, at or below the budget. The price: a use may be counted for a lane longer than the window.
///
/// bits 209-255 oldest lane ... bits 21-67 newest lane | bits 0-20 number of the newest lane, time / L
/// a lane: 20 bits of loss above 27 bits of turnover, both in 1e-7 of NAV
library Budget {
    uint256 internal constant MAX_TURNOVER = 2 ** 27 - 1; // a lane holds no more: no budget may be greater
    uint256 internal constant MAX_LOSS = 2 ** 20 - 1;

    uint256 private constant OLDER_LANES = 4;
    uint256 private constant LANE_BITS = 47;
    uint256 private constant TURNOVER_BITS = 27;
    uint256 private constant NUMBER_BITS = 21; // enough until the year 2209 for windows of four hours and more
    uint256 private constant NUMBER = 2 ** NUMBER_BITS - 1;

    uint256 private constant EACH_LANE = 1 | 1 << 47 | 1 << 94 | 1 << 141 | 1 << 188;
    uint256 private constant TURNOVERS = MAX_TURNOVER * EACH_LANE;
    uint256 private constant LOSSES = MAX_LOSS * EACH_LANE;

    /// @notice Returns what was used within `window` seconds up to `time`.
    /// @custom:rounding up, against the user: what is older by less than a lane may be counted too
    function used(uint256 state, uint256 time, uint256 window) internal pure returns (uint256 turnover, uint256 loss) {
        return _sums(_roll(state, time, window));
    }

    /// @notice Returns the state after a use at `time`, and what the window holds then.
    /// @dev - The caller refuses a total above its budget; sums and lanes saturate instead of wrapping.
    /// @custom:rounding up, against the user
    function add(uint256 state, uint256 time, uint256 window, uint256 turnover, uint256 loss)
        internal
        pure
        returns (uint256 newState, uint256 totalTurnover, uint256 totalLoss)
    {
        newState = _roll(state, time, window);
        (totalTurnover, totalLoss) = _sums(newState);
        totalTurnover = Math.saturatingAdd(totalTurnover, turnover);
        totalLoss = Math.saturatingAdd(totalLoss, loss);

        uint256 newest = newState >> NUMBER_BITS;
        uint256 moreTurnover = Math.min(turnover, MAX_TURNOVER - (newest & MAX_TURNOVER));
        uint256 moreLoss = Math.min(loss, MAX_LOSS - (newest >> TURNOVER_BITS & MAX_LOSS));
        newState += (moreLoss << TURNOVER_BITS | moreTurnover) << NUMBER_BITS;
    }

    /// Moves on to the lane of `time`: what is five lanes old or older leaves at the top. A node may answer a view under
    /// the time of the block before: the state is never rolled back.
    function _roll(uint256 state, uint256 time, uint256 window) private pure returns (uint256) {
        uint256 last = state & NUMBER;
        uint256 number = Math.max(last, time / Math.divUp(window, OLDER_LANES));
        return (state ^ last) << ((number - last) * LANE_BITS) | number;
    }

    /// Lanes are digits of base 2^47, and a number is the sum of its digits modulo base - 1. Exact: a sum of five is less.
    function _sums(uint256 state) private pure returns (uint256 turnover, uint256 loss) {
        uint256 lanes = state >> NUMBER_BITS;
        turnover = (lanes & TURNOVERS) % (2 ** LANE_BITS - 1);
        loss = (lanes >> TURNOVER_BITS & LOSSES) % (2 ** LANE_BITS - 1);
    }
}
