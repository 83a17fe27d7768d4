// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Linear} from "./Linear.sol";

contract LinearHarness {
    function evaluate(bytes calldata blob, bytes32[] calldata lanes) external pure returns (int256[] memory outputs) {
        outputs = new int256[](lanes.length);
        for (uint256 i; i < lanes.length; ++i) {
            outputs[i] = Linear.evaluate(blob, lanes[i]);
        }
    }
}

// evaluate
// ├── given no inputs: the bias
// ├── given inputs: the bias and every weight times its lane, negative ones too
// └── given lanes beyond the inputs, and bytes behind the weights: neither counts
// biasQ32, length: of header and linear part, as `ModelRegistry` reads them
contract LinearTest is Test {
    function test_Evaluate_OfNoInputsIsTheBias() public pure {
        bytes memory blob = abi.encodePacked(_header(0), int64(-7));

        assertEq(Linear.evaluate(blob, bytes32(type(uint256).max)), -7);
    }

    function testFuzz_Evaluate_IsBiasPlusWeightedSum(int64 bias, int32[6] memory weights, int16[6] memory lanes)
        public
        pure
    {
        bytes memory blob = abi.encodePacked(_header(6), bias);
        bytes memory packed;
        int256 expected = bias;
        for (uint256 i; i < 6; ++i) {
            blob = abi.encodePacked(blob, weights[i]);
            packed = abi.encodePacked(packed, lanes[i]);
            expected += int256(weights[i]) * lanes[i];
        }

        assertEq(Linear.evaluate(blob, bytes32(packed)), expected);
    }

    function testFuzz_Evaluate_ReadsAsManyLanesAsTheHeaderSays(bytes32 lanes, bytes32 behind) public pure {
        bytes memory blob = abi.encodePacked(_header(1), int64(0), int32(3), behind);

        assertEq(Linear.evaluate(blob, lanes), 3 * int256(int16(uint16(bytes2(lanes)))));
    }

    /// @dev Only the number of inputs matters here.
    function _header(uint8 inputs) private pure returns (bytes32) {
        return bytes32(uint256(inputs) << 120);
    }
}
