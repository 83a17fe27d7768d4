// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Candle} from "../interfaces/ISignedSource.sol";

/// @title Candles
/// @notice The one rule of what a candle is.
library Candles {
    /// @notice Returns whether 0 < low <= open, close <= high and start < end.
    function isWellFormed(Candle memory candle) internal pure returns (bool) {
        (uint128 low, uint128 high, uint128 open, uint128 close) = (candle.low, candle.high, candle.open, candle.close);
        return
            candle.start < candle.end && low > 0 && low <= open && open <= high && low <= close && close <= high;
    }
}
