// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBytes} from "solady/src/utils/LibBytes.sol";

/// @title Linear
/// @notice Runs a model of kind 1: bias plus the weighted sum of the feature lanes.
/// @dev Bounds checked at registration: length 40 + 4n and |bias| < 2^40.
library Linear {
    uint256 internal constant BIAS_OFFSET = 32;
    uint256 internal constant WEIGHTS_OFFSET = 40;
    uint256 internal constant WEIGHT_LENGTH = 4;

    /// @notice Returns the model's output on `lanes`, Q32.
    function evaluate(bytes memory blob, bytes32 lanes) internal pure returns (int256 output) {
        output = biasQ32(blob);

        // safe: at most 16 products below 2^46 each
        unchecked {
            uint256 inputs = (blob.length - WEIGHTS_OFFSET) / WEIGHT_LENGTH;
            for (uint256 i; i < inputs; ++i) {
                int32 weightQ22 = int32(uint32(bytes4(LibBytes.load(blob, WEIGHTS_OFFSET + WEIGHT_LENGTH * i))));
                int16 laneQ10 = int16(uint16(bytes2(lanes << (16 * i))));
                output += int256(weightQ22) * laneQ10;
            }
        }
    }

    function biasQ32(bytes memory blob) internal pure returns (int64) {
        return int64(uint64(bytes8(LibBytes.load(blob, BIAS_OFFSET))));
    }

    /// @notice Returns the length of a blob with `inputs` weights.
    function length(uint256 inputs) internal pure returns (uint256) {
        return WEIGHTS_OFFSET + WEIGHT_LENGTH * inputs;
    }
}
