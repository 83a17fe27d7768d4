// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBytes} from "solady/src/utils/LibBytes.sol";

/// @title Linear
/// @notice Bias plus the weighted sum of the feature lanes: the whole of a model of kind 1, the base of every other.
/// @dev Bounds that `ModelRegistry` has checked: the blob holds its weights, at most 16, and |bias| < 2^40.
library Linear {
    uint256 internal constant BIAS_OFFSET = 32;
    uint256 internal constant WEIGHTS_OFFSET = 40;
    uint256 internal constant WEIGHT_LENGTH = 4;

    /// @notice Returns the linear part of the model in `blob` on `lanes`, Q32.
    /// @custom:rounding none, exact
    function evaluate(bytes memory blob, bytes32 lanes) internal pure returns (int256 outputQ32) {
        // outputQ32 = biasQ32(blob);
        // for (uint256 i; i < inputs of the header; ++i) outputQ32 += int32 weight i · int16 lane i;
        // safe: at most 16 products below 2^46 each
        assembly ("memory-safe") {
            outputQ32 := sar(192, mload(add(blob, 64)))
            let weight := add(blob, 72)
            let end := add(weight, shl(2, byte(16, mload(add(blob, 32)))))
            for {} lt(weight, end) { weight := add(weight, 4) } {
                outputQ32 := add(outputQ32, mul(sar(224, mload(weight)), sar(240, lanes)))
                lanes := shl(16, lanes)
            }
        }
    }

    function biasQ32(bytes memory blob) internal pure returns (int64) {
        return int64(uint64(bytes8(LibBytes.load(blob, BIAS_OFFSET))));
    }

    /// @notice Returns the length of a blob's header and linear part with `inputs` weights.
    function length(uint256 inputs) internal pure returns (uint256) {
        unchecked {
            return WEIGHTS_OFFSET + WEIGHT_LENGTH * inputs;
        }
    }
}
