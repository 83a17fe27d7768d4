// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title PlainDense
/// @notice The dense network of docs/formats.md as one would first write it: arrays, loops, checked arithmetic.
/// @dev Bench only: what `Inference` is measured against. Its weights are in memory, unpacked, before the measurement
/// begins, which favours it.
contract PlainDense {
    struct Unit {
        uint256 lane;
        int256 slope;
        int256 bias;
    }

    struct Layer {
        int256 multiplier;
        uint256 shift; // 0: the last layer, whose sums are added up
        int256[] biases;
        bytes[] weights; // by output: an int8 for each input
    }

    /// @param unitScale multiplier and shift of the units; it has nothing else
    /// @return correctionQ32 what the network adds to the linear output
    // solhint-disable-next-line gas-calldata-parameters
    function evaluate(int16[] memory lanes, Unit[] memory units, Layer memory unitScale, Layer[] memory layers)
        external
        view
        returns (int256 correctionQ32, uint256 gasUsed)
    {
        uint256 gasBefore = gasleft();

        int256[] memory activations = new int256[](units.length);
        for (uint256 i = 0; i < units.length; i++) {
            int256 sum = units[i].slope * (int256(lanes[units[i].lane]) + 2 ** 15) + units[i].bias;
            activations[i] = _activation(sum, unitScale);
        }
        for (uint256 i = 0; i < layers.length - 1; i++) {
            activations = _sums(layers[i], activations);
            for (uint256 k = 0; k < activations.length; k++) {
                activations[k] = _activation(activations[k], layers[i]);
            }
        }
        Layer memory last = layers[layers.length - 1];
        int256[] memory outputs = _sums(last, activations);
        for (uint256 i = 0; i < outputs.length; i++) {
            correctionQ32 += outputs[i] * last.multiplier;
        }

        gasUsed = gasBefore - gasleft();
    }

    function _sums(Layer memory layer, int256[] memory inputs) private pure returns (int256[] memory sums) {
        sums = new int256[](layer.weights.length);
        for (uint256 output = 0; output < sums.length; output++) {
            bytes memory weights = layer.weights[output];
            int256 sum = layer.biases[output];
            for (uint256 i = 0; i < inputs.length; i++) {
                sum += int8(uint8(weights[i])) * inputs[i];
            }
            sums[output] = sum;
        }
    }

    function _activation(int256 sum, Layer memory scale) private pure returns (int256) {
        int256 scaled = (sum * scale.multiplier + int256(1 << (scale.shift - 1))) >> scale.shift;
        if (scaled < 0) return 0;
        return scaled > 127 ? int256(127) : scaled;
    }
}
