// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBytes} from "solady/src/utils/LibBytes.sol";

import {Linear} from "./Linear.sol";
import {ModelBlob} from "./ModelBlob.sol";

/// @title Forest
/// @notice Boosted integer trees that correct a linear model: kind 2 of docs/formats.md.
/// @dev A tree is a heap of four-byte words, the root word 1, the children of word i words 2i and 2i + 1. A node is an
/// int16 threshold, a zero byte and 16 times its lane; a lane above the threshold goes right. A leaf is an int32, Q24.
library Forest {
    uint256 internal constant HEADER_LENGTH = 4; // depth, zero, trees as uint16
    uint256 internal constant WORD_LENGTH = 4;
    uint256 internal constant MIN_DEPTH = 3; // the walk is unrolled so far; a shallower tree repeats its leaves
    uint256 internal constant MAX_DEPTH = 8;
    uint256 internal constant LEAF_SHIFT = 8; // from Q24 to Q32


    /// @notice Returns what the forest in `blob` adds to the linear output on `lanes`, Q32.
    /// @custom:rounding none, exact
    function correction(bytes memory blob, bytes32 lanes) internal pure returns (int256 sumQ32) {
        uint256 start = Linear.length(ModelBlob.inputs(blob));
        (uint256 levels, uint256 trees) = (depth(blob, start), count(blob, start));
        uint256 stride = treeLength(levels);

        // for each tree: i = 1; while (i < 2^depth) i = 2 · i + (lane > threshold ? 1 : 0); sum += leaf i
        // Below, `word` is 4 · i, and both sides of a comparison keep what follows their 16 bits: ones after the
        // threshold make it the greater of two that are equal.
        // safe: at most 2^13 leaves below 2^31 each
        assembly ("memory-safe") {
            let heap := add(add(blob, 32), start) // the header fills the place of word 0
            let below := sub(shl(240, 1), 1)
            let leaves := shl(add(levels, 2), 1)
            for { let end := add(heap, mul(stride, trees)) } lt(heap, end) { heap := add(heap, stride) } {
                let node := mload(add(heap, 4))
                let word := add(8, shl(2, sgt(shl(byte(3, node), lanes), or(node, below))))
                node := mload(add(heap, word))
                word := add(shl(1, word), shl(2, sgt(shl(byte(3, node), lanes), or(node, below))))
                node := mload(add(heap, word))
                word := add(shl(1, word), shl(2, sgt(shl(byte(3, node), lanes), or(node, below))))
                for {} lt(word, leaves) {} {
                    node := mload(add(heap, word))
                    word := add(shl(1, word), shl(2, sgt(shl(byte(3, node), lanes), or(node, below))))
                }
                sumQ32 := add(sumQ32, sar(224, mload(add(heap, word))))
            }
        }

        return sumQ32 << LEAF_SHIFT;
    }

    /// @param start offset of the forest in the blob
    function depth(bytes memory blob, uint256 start) internal pure returns (uint8) {
        return uint8(LibBytes.load(blob, start)[0]);
    }

    function count(bytes memory blob, uint256 start) internal pure returns (uint16) {
        return uint16(uint256(LibBytes.load(blob, start)) >> 224);
    }

    /// @notice Returns the bytes of one tree of `levels` levels of nodes.
    function treeLength(uint256 levels) internal pure returns (uint256) {
        return WORD_LENGTH * ((2 << levels) - 1);
    }
}
