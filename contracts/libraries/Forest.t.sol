// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Forest} from "./Forest.sol";
import {ModelBuilder} from "./ModelBuilder.t.sol";

// Forest.correction
// ├── when a lane is above the threshold: right
// ├── when it equals the threshold or is below: left
// ├── when depth is 3, and when it is more
// └── the sum of all trees, Q24 to Q32
contract ForestTest is Test {
    int16 private constant THRESHOLD = 100;

    function test_Correction_GoesRightAboveTheThresholdOnly() public pure {
        bytes memory blob = _oneTree(3, 0, THRESHOLD);

        assertEq(Forest.correction(blob, _lanes(0, THRESHOLD - 1)), 1 << 8, "below");
        assertEq(Forest.correction(blob, _lanes(0, THRESHOLD)), 1 << 8, "equal");
        assertEq(Forest.correction(blob, _lanes(0, THRESHOLD + 1)), 8 << 8, "above");
    }

    function test_Correction_ComparesSigned() public pure {
        bytes memory blob = _oneTree(3, 5, -1);

        assertEq(Forest.correction(blob, _lanes(5, -2)), 1 << 8);
        assertEq(Forest.correction(blob, _lanes(5, 0)), 8 << 8);
        assertEq(Forest.correction(_oneTree(3, 5, type(int16).min), _lanes(5, type(int16).min)), 1 << 8, "least");
        assertEq(Forest.correction(_oneTree(3, 5, type(int16).max), _lanes(5, type(int16).max)), 1 << 8, "most");
    }

    /// @dev What follows a lane, and what follows a threshold, must not decide between equals.
    function testFuzz_Correction_ComparesNothingButTheLane(bytes32 others, int16 threshold, uint8 lane) public pure {
        lane = uint8(bound(lane, 0, 5));
        bytes32 mask = bytes32(uint256(type(uint16).max) << (240 - 16 * lane));
        bytes32 lanes = (others & ~mask) | (_lanes(lane, threshold) & mask);

        assertEq(Forest.correction(_oneTree(3, lane, threshold), lanes), 1 << 8);
    }

    function test_Correction_OfEveryDepth() public pure {
        for (uint8 depth = 3; depth <= 8; ++depth) {
            bytes memory blob = _oneTree(depth, 2, THRESHOLD);

            assertEq(Forest.correction(blob, _lanes(2, 0)), 1 << 8, "first leaf");
            assertEq(Forest.correction(blob, _lanes(2, THRESHOLD + 1)), int256(2 ** depth) << 8, "last leaf");
        }
    }

    function test_Correction_SumsTheTrees() public pure {
        int32[] memory leaves = new int32[](8);
        (leaves[0], leaves[7]) = (type(int32).min, type(int32).max);
        bytes[] memory trees = new bytes[](3);
        trees[0] = ModelBuilder.tree(0, THRESHOLD, leaves);
        trees[1] = ModelBuilder.tree(1, THRESHOLD, leaves);
        trees[2] = ModelBuilder.tree(0, THRESHOLD, leaves);
        bytes memory blob = ModelBuilder.forest(3, trees);

        assertEq(Forest.correction(blob, _lanes(1, 101)), (2 * int256(type(int32).min) + type(int32).max) * 256);
    }

    function testFuzz_Correction_EqualsAWalkFromNodeToNode(uint256 seed, bytes32 lanes) public pure {
        uint256 depth = bound(seed, 3, 8);
        bytes memory blob = abi.encodePacked(ModelBuilder.base(2), uint8(depth), uint8(0), uint16(3));
        for (uint256 i; i < 3 * (2 ** (depth + 1) - 1); ++i) {
            bool isNode = i % (2 ** (depth + 1) - 1) < 2 ** depth - 1;
            uint256 word = ModelBuilder.random(seed, i);
            int16 nearby = int16(uint16(bytes2(lanes << (16 * (word % 6))))) / 2;
            int16 threshold = word >> 255 == 0 ? nearby : int16(uint16(word >> 8));
            bytes memory node = ModelBuilder.node(uint8(word % 6), threshold);
            blob = abi.encodePacked(blob, isNode ? bytes4(node) : bytes4(uint32(word)));
        }

        assertEq(Forest.correction(blob, lanes), _walk(blob, lanes, depth));
    }

    function _walk(bytes memory blob, bytes32 lanes, uint256 depth) private pure returns (int256 sum) {
        for (uint256 i; i < 3; ++i) {
            uint256 heap = 64 + i * 4 * (2 ** (depth + 1) - 1);
            uint256 word = 1;
            while (word < 2 ** depth) {
                int16 threshold = int16(uint16(_word(blob, heap + 4 * word) >> 16));
                int16 lane = int16(uint16(bytes2(lanes << uint16(_word(blob, heap + 4 * word)))));
                word = 2 * word + (lane > threshold ? 1 : 0);
            }
            sum += int256(int32(_word(blob, heap + 4 * word))) * 256;
        }
    }

    function _word(bytes memory blob, uint256 offset) private pure returns (uint32 word) {
        for (uint256 i; i < 4; ++i) {
            word = (word << 8) | uint8(blob[offset + i]);
        }
    }

    /// @dev One tree that asks the same of every node; leaf k is k + 1, Q24.
    function _oneTree(uint8 depth, uint8 lane, int16 threshold) private pure returns (bytes memory) {
        int32[] memory leaves = new int32[](2 ** depth);
        for (uint256 k; k < leaves.length; ++k) {
            leaves[k] = int32(int256(k + 1));
        }
        bytes[] memory trees = new bytes[](1);
        trees[0] = ModelBuilder.tree(lane, threshold, leaves);
        return ModelBuilder.forest(depth, trees);
    }

    function _lanes(uint8 lane, int16 value) private pure returns (bytes32) {
        return bytes32(uint256(uint16(value)) << (240 - 16 * lane));
    }
}
