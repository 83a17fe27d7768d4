// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title NaiveDense
/// @notice What `Inference` computes, one weight after the other: its reference.
/// @dev Reads the layout of docs/formats.md on its own.
library NaiveDense {
    int256 private constant BIAS_ZERO = 2 ** 23;

    struct Layer {
        uint256 width;
        int256 multiplier;
        uint256 shift;
        uint256 body; // offset of what follows the header
        uint256 wide; // outputs in blocks of thirty
    }

    function correction(bytes memory blob, bytes32 lanes) internal pure returns (int256) {
        uint256 cursor = 40 + 4 * uint256(uint8(blob[16]));
        uint256 layers = uint8(blob[cursor]);

        Layer memory layer = _layer(blob, cursor + 1);
        int256[] memory activations = _units(blob, layer, lanes);
        cursor = layer.body + 61 * Math.ceilDiv(layer.width, 10);
        for (uint256 k = 1; k <= layers; ++k) {
            layer = _layer(blob, cursor);
            if (k == layers) layer.wide = 0;
            int256[] memory sums = _sums(blob, layer, activations);
            cursor = layer.body + layer.wide / 30 * _wideLength(activations.length)
                + Math.ceilDiv(layer.width - layer.wide, 10) * _narrowLength(activations.length);
            if (k == layers) return _total(sums) * layer.multiplier;
            activations = _scaled(layer, sums);
        }
        return 0;
    }

    function _layer(bytes memory blob, uint256 cursor) private pure returns (Layer memory layer) {
        layer.width = _uint(blob, cursor, 2);
        layer.multiplier = int256(_uint(blob, cursor + 2, 4));
        layer.shift = _uint(blob, cursor + 6, 1);
        layer.body = cursor + 7;
        layer.wide = layer.width - layer.width % 30;
    }

    function _units(bytes memory blob, Layer memory layer, bytes32 lanes) private pure returns (int256[] memory) {
        int256[] memory sums = new int256[](layer.width);
        for (uint256 k; k < layer.width; ++k) {
            uint256 ten = layer.body + 61 * (k / 10);
            int256 lane = int16(uint16(bytes2(lanes << uint8(blob[ten]))));
            int256 slope = int256(_uint(blob, ten + 1 + 3 * (k % 10), 3));
            sums[k] = slope * (lane + 2 ** 15) + int256(_uint(blob, ten + 31 + 3 * (k % 10), 3)) - BIAS_ZERO;
        }
        return _scaled(layer, sums);
    }

    function _sums(bytes memory blob, Layer memory layer, int256[] memory inputs)
        private
        pure
        returns (int256[] memory sums)
    {
        sums = new int256[](layer.width);
        for (uint256 k; k < layer.width; ++k) {
            int256 sum = int256(_uint(blob, _biasAt(layer, inputs.length, k), 3)) - BIAS_ZERO;
            uint256 first = _weightsAt(layer, inputs.length, k);
            for (uint256 i; i < inputs.length; ++i) {
                uint256 offset = first + (k < layer.wide ? 30 * i : 30 * (i / 3) + i % 3);
                sum += (int256(uint256(uint8(blob[offset]))) - 128) * inputs[i];
            }
            sums[k] = sum;
        }
    }

    function _biasAt(Layer memory layer, uint256 inputs, uint256 k) private pure returns (uint256) {
        if (k < layer.wide) return layer.body + k / 30 * _wideLength(inputs) + 30 * (k % 3) + 3 * (k % 30 / 3);
        return _narrowAt(layer, inputs, k) + 3 * ((k - layer.wide) % 10);
    }

    function _weightsAt(Layer memory layer, uint256 inputs, uint256 k) private pure returns (uint256) {
        if (k < layer.wide) return layer.body + k / 30 * _wideLength(inputs) + 90 + k % 30;
        return _narrowAt(layer, inputs, k) + 30 + 3 * ((k - layer.wide) % 10);
    }

    function _narrowAt(Layer memory layer, uint256 inputs, uint256 k) private pure returns (uint256) {
        return layer.body + layer.wide / 30 * _wideLength(inputs) + (k - layer.wide) / 10 * _narrowLength(inputs);
    }

    function _wideLength(uint256 inputs) private pure returns (uint256) {
        return 90 + 30 * inputs;
    }

    function _narrowLength(uint256 inputs) private pure returns (uint256) {
        return 30 + 30 * Math.ceilDiv(inputs, 3);
    }

    function _scaled(Layer memory layer, int256[] memory sums) private pure returns (int256[] memory activations) {
        activations = new int256[](sums.length);
        for (uint256 k; k < sums.length; ++k) {
            int256 scaled = (sums[k] * layer.multiplier + int256(2 ** (layer.shift - 1))) >> layer.shift;
            activations[k] = scaled < 0 ? int256(0) : scaled > 127 ? int256(127) : scaled;
        }
    }

    function _total(int256[] memory sums) private pure returns (int256 total) {
        for (uint256 k; k < sums.length; ++k) {
            total += sums[k];
        }
    }

    function _uint(bytes memory blob, uint256 offset, uint256 size) private pure returns (uint256 value) {
        for (uint256 k; k < size; ++k) {
            value = (value << 8) | uint8(blob[offset + k]);
        }
    }
}
