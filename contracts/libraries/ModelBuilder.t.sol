// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Blobs for tests, every byte in its place; what they forecast does not matter.
library ModelBuilder {
    uint8 internal constant LINEAR = 1;
    uint8 internal constant FOREST = 2;
    uint8 internal constant DENSE = 3;

    uint256 internal constant INPUTS = 6;

    /// @dev Header and linear part with the bias and weights 0.
    function base(uint8 kind) internal pure returns (bytes memory) {
        bytes memory header = abi.encodePacked("IYIM", uint8(1), kind, uint16(1), uint32(86_400), uint16(5));
        bytes memory rest = abi.encodePacked(uint16(160), uint8(INPUTS), bytes7(0), int64(0), int64(0));
        return bytes.concat(header, rest, new bytes(4 * INPUTS));
    }

    /* FOREST */

    function forest(uint8 depth, bytes[] memory trees) internal pure returns (bytes memory blob) {
        blob = abi.encodePacked(base(FOREST), depth, uint8(0), uint16(trees.length));
        for (uint256 i; i < trees.length; ++i) {
            blob = bytes.concat(blob, trees[i]);
        }
    }

    /// @dev A tree whose leaf k is leaves[k] and whose nodes all ask lane `lane` for more than `threshold`.
    function tree(uint8 lane, int16 threshold, int32[] memory leaves) internal pure returns (bytes memory words) {
        for (uint256 i = 1; i < leaves.length; ++i) {
            words = abi.encodePacked(words, node(lane, threshold));
        }
        for (uint256 i; i < leaves.length; ++i) {
            words = abi.encodePacked(words, leaves[i]);
        }
    }

    function node(uint8 lane, int16 threshold) internal pure returns (bytes memory) {
        return abi.encodePacked(threshold, uint16(lane) * 16);
    }

    /* DENSE */

    function dense(bytes memory units, bytes[] memory layers) internal pure returns (bytes memory blob) {
        blob = abi.encodePacked(base(DENSE), uint8(layers.length), units);
        for (uint256 i; i < layers.length; ++i) {
            blob = bytes.concat(blob, layers[i]);
        }
    }

    function layerHeader(uint256 width, uint32 multiplier, uint8 shift) internal pure returns (bytes memory) {
        return abi.encodePacked(uint16(width), multiplier, shift);
    }

    /// @dev `width` units; ten number t reads lane t mod 6, and slopes and biases come from `seed`.
    function randomUnits(uint256 width, uint256 seed) internal pure returns (bytes memory units) {
        units = layerHeader(width, 40_000, 28);
        for (uint256 first; first < width; first += 10) {
            bytes memory slopes;
            bytes memory biases;
            for (uint256 k = first; k < first + 10; ++k) {
                uint256 slope = k < width ? random(seed, k) % 64 : 0;
                uint256 fall = slope * (random(seed, k) >> 64) % 2 ** 22;
                slopes = abi.encodePacked(slopes, uint24(slope));
                biases = abi.encodePacked(biases, uint24(2 ** 23 - fall));
            }
            units = abi.encodePacked(units, uint8(16 * (first / 10 % INPUTS)), slopes, biases);
        }
    }

    /// @dev Weights from `seed`, biases near 0, unused places zero.
    function randomLayer(uint256 inputs, uint256 width, uint256 seed, bool isLast)
        internal
        pure
        returns (bytes memory layer)
    {
        uint256 wide = isLast ? 0 : width / 30;
        layer = isLast ? layerHeader(width, 1_000, 0) : layerHeader(width, 300, 20);
        for (uint256 k; k < wide; ++k) {
            layer = bytes.concat(layer, randomBiases(30, 30, seed + k), randomBytes(30 * inputs, seed + k));
        }
        for (uint256 first = 30 * wide; first < width; first += 10) {
            uint256 used = width - first < 10 ? width - first : 10;
            bytes memory weights = randomBytes(30 * ((inputs + 2) / 3), seed + first);
            clearPadding(weights, inputs, used);
            layer = bytes.concat(layer, randomBiases(10, used, seed + first), weights);
        }
    }

    function clearPadding(bytes memory weights, uint256 inputs, uint256 used) internal pure {
        for (uint256 i; i < weights.length; ++i) {
            bool isUsed = i % 30 / 3 < used && 3 * (i / 30) + i % 3 < inputs;
            if (!isUsed) weights[i] = 0x80;
        }
    }

    function randomBiases(uint256 count, uint256 used, uint256 seed) internal pure returns (bytes memory biases) {
        for (uint256 k; k < count; ++k) {
            uint256 bias = k < used ? random(seed, k) % 200_000 : 100_000;
            biases = abi.encodePacked(biases, uint24(2 ** 23 + bias - 100_000));
        }
    }

    function randomBytes(uint256 length, uint256 seed) internal pure returns (bytes memory values) {
        values = new bytes(length);
        for (uint256 i; i < length; ++i) {
            values[i] = bytes1(uint8(random(seed, i / 32) >> (8 * (i % 32))));
        }
    }

    function random(uint256 seed, uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, index)));
    }
}
