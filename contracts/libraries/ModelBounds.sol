// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {LibBytes} from "solady/src/utils/LibBytes.sol";

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {Forest} from "./Forest.sol";
import {Inference} from "./Inference.sol";
import {Linear} from "./Linear.sol";
import {ModelBlob} from "./ModelBlob.sol";

/// @title ModelBounds
/// @notice Proves from the bytes of a blob that its evaluation cannot overflow, whatever the lanes.
/// @dev Runs once a blob, at registration, and therefore in plain checked Solidity. The header has been checked.
library ModelBounds {
    uint256 internal constant TERM_BOUND_Q32 = 2 ** 40; // of each term of an output: they fit int64 together

    uint256 private constant MAX_LAYERS = 8; // behind the input units
    uint256 private constant LANE_BITS = 16;
    uint256 private constant MAX_LANE = 2 ** 16 - 1; // of an int16 plus 2^15
    uint256 private constant MAX_ACTIVATION = 127;
    uint256 private constant MAX_SLOPE = 127;
    uint256 private constant MAX_MULTIPLIER = 2 ** 16 - 1; // of a layer that has activations
    uint256 private constant WEIGHT_ZERO = 128;

    /// One layer while it is checked; offsets are bytes from the start of the blob.
    struct Layer {
        uint256 index; // 0 = the input units
        uint256 inputs;
        uint256 width;
        uint256 multiplier;
        uint256 shift;
        uint256 cursor; // what is checked next
    }

    /* LINEAR */

    /// @dev Weights need no bound: 16 products of int32 and int16 stay below 2^50.
    function checkLinear(bytes memory blob) internal pure {
        checkTerm("closeToRange", ModelBlob.closeToRangeQ32(blob));
        checkTerm("bias", Linear.biasQ32(blob));
    }

    function checkTerm(bytes32 name, int256 value) internal pure {
        bool isBounded = -int256(TERM_BOUND_Q32) < value && value < int256(TERM_BOUND_Q32);
        require(isBounded, IModelRegistry.BlobBoundExceeded(name, value, TERM_BOUND_Q32));
    }

    /* FOREST */

    function checkForest(bytes memory blob) internal pure {
        uint256 start = Linear.length(ModelBlob.inputs(blob));
        _checkReaches(blob, start + Forest.HEADER_LENGTH);
        (uint256 depth, uint256 trees) = (Forest.depth(blob, start), Forest.count(blob, start));
        _checkField(depth >= Forest.MIN_DEPTH && depth <= Forest.MAX_DEPTH, "depth", depth);
        _checkField(_uint(blob, start + 1, 1) == 0, "reserved", _uint(blob, start + 1, 1));
        _checkField(trees > 0, "trees", trees);
        checkLength(blob, start + Forest.HEADER_LENGTH + trees * Forest.treeLength(depth));

        uint256 leaves;
        for (uint256 tree; tree < trees; ++tree) {
            uint256 heap = start + tree * Forest.treeLength(depth); // word i of a heap lies 4 · i bytes on
            _checkNodes(blob, tree, heap, 2 ** depth);
            leaves += _largestLeaf(blob, heap, 2 ** depth);
        }
        checkTerm("leaves", int256(leaves << Forest.LEAF_SHIFT));
    }

    function _checkNodes(bytes memory blob, uint256 tree, uint256 heap, uint256 end) private pure {
        uint256 bound = LANE_BITS * ModelBlob.inputs(blob);
        for (uint256 node = 1; node < end; ++node) {
            uint256 lane = _uint(blob, heap + Forest.WORD_LENGTH * node + 2, 2);
            bool isLane = lane < bound && lane % LANE_BITS == 0;
            require(isLane, IModelRegistry.TreeLaneInvalid(tree, node, lane, bound));
        }
    }

    function _largestLeaf(bytes memory blob, uint256 heap, uint256 count) private pure returns (uint256 largest) {
        for (uint256 word = count; word < 2 * count; ++word) {
            uint256 leaf = SignedMath.abs(int32(uint32(_uint(blob, heap + Forest.WORD_LENGTH * word, 4))));
            if (leaf > largest) largest = leaf;
        }
    }

    /* DENSE */

    function checkDense(bytes memory blob) internal pure {
        uint256 start = Linear.length(ModelBlob.inputs(blob));
        _checkReaches(blob, start + 1);
        uint256 layers = _uint(blob, start, 1);
        _checkField(layers > 0 && layers <= MAX_LAYERS, "layers", layers);

        Layer memory layer;
        layer.cursor = start + 1;
        _readLayer(blob, layer, 0);
        _checkScale(layer);
        _checkUnits(blob, layer);
        for (uint256 k = 1; k < layers; ++k) {
            _readLayer(blob, layer, k);
            _checkScale(layer);
            _checkOutputs(blob, layer, layer.width / Inference.WIDE);
        }
        _readLayer(blob, layer, layers);
        _checkLast(layer);
        uint256 sum = _checkOutputs(blob, layer, 0);
        checkLength(blob, layer.cursor);
        checkTerm("outputs", int256(sum * layer.multiplier));
    }

    function _readLayer(bytes memory blob, Layer memory layer, uint256 index) private pure {
        uint256 body = layer.cursor + Inference.LAYER_HEADER_LENGTH;
        _checkReaches(blob, body);

        layer.index = index;
        layer.inputs = layer.width;
        layer.width = _uint(blob, layer.cursor, 2);
        layer.multiplier = _uint(blob, layer.cursor + 2, 4);
        layer.shift = _uint(blob, layer.cursor + 6, 1);
        layer.cursor = body;

        bool isWidth = layer.width > 0 && layer.width <= Inference.MAX_WIDTH;
        _checkLayer(isWidth, index, "width", layer.width, Inference.MAX_WIDTH);
    }

    /// @dev A multiplier of at most 2^shift steps an activation by at most one from a sum to the next.
    function _checkScale(Layer memory layer) private pure {
        (uint256 shift, uint256 multiplier) = (layer.shift, layer.multiplier);
        _checkLayer(shift > 0 && shift <= Inference.MAX_SHIFT, layer.index, "shift", shift, Inference.MAX_SHIFT);
        uint256 bound = Math.min(MAX_MULTIPLIER, 2 ** shift);
        _checkLayer(multiplier > 0 && multiplier <= bound, layer.index, "multiplier", multiplier, bound);
    }

    function _checkLast(Layer memory layer) private pure {
        _checkLayer(layer.shift == 0, layer.index, "shift", layer.shift, 0);
        _checkLayer(layer.multiplier > 0, layer.index, "multiplier", 0, type(uint32).max);
    }

    /// @dev A unit's sum with its offset is slope · (lane + 2^15) + bias + 2^23.
    function _checkUnits(bytes memory blob, Layer memory layer) private pure {
        uint256 bound = LANE_BITS * ModelBlob.inputs(blob);
        for (uint256 first; first < layer.width; first += Inference.NARROW) {
            _checkReaches(blob, layer.cursor + Inference.UNITS_LENGTH);
            uint256 lane = _uint(blob, layer.cursor, 1);
            bool isLane = lane < bound && lane % LANE_BITS == 0;
            require(isLane, IModelRegistry.UnitInvalid(first, "lane", lane, bound));
            for (uint256 k; k < Inference.NARROW; ++k) {
                _checkUnit(blob, layer.cursor + 1 + Inference.BIAS_LENGTH * k, first + k, layer.width);
            }
            layer.cursor += Inference.UNITS_LENGTH;
        }
    }

    function _checkUnit(bytes memory blob, uint256 offset, uint256 unit, uint256 width) private pure {
        uint256 slope = _uint(blob, offset, Inference.BIAS_LENGTH);
        uint256 bias = _uint(blob, offset + Inference.WORD_LENGTH, Inference.BIAS_LENGTH);
        if (unit < width) {
            require(slope <= MAX_SLOPE, IModelRegistry.UnitInvalid(unit, "slope", slope, MAX_SLOPE));
            (uint256 sum, uint256 bound) = (slope * MAX_LANE + bias, 2 * Inference.LANE_ZERO);
            require(sum < bound, IModelRegistry.UnitInvalid(unit, "sum", sum, bound));
        } else {
            uint256 sum = slope + SignedMath.abs(int256(bias) - int256(Inference.LANE_ZERO));
            require(sum == 0, IModelRegistry.PaddingInvalid(0, unit, sum));
        }
    }

    /// @dev `wide` blocks of thirty outputs, then blocks of ten. Returns the largest sum of all outputs together.
    function _checkOutputs(bytes memory blob, Layer memory layer, uint256 wide) private pure returns (uint256 total) {
        for (uint256 k; k < wide; ++k) {
            _checkReaches(blob, layer.cursor + Inference.wideLength(layer.inputs));
            for (uint256 i; i < Inference.WIDE; ++i) {
                total += _checkSum(layer, Inference.WIDE * k + i, _wideSum(blob, layer, i));
            }
            layer.cursor += Inference.wideLength(layer.inputs);
        }
        for (uint256 first = Inference.WIDE * wide; first < layer.width; first += Inference.NARROW) {
            _checkReaches(blob, layer.cursor + Inference.narrowLength(layer.inputs));
            for (uint256 i; i < Inference.NARROW; ++i) {
                (uint256 sum, uint256 padding) = _narrowSum(blob, layer, i);
                if (first + i < layer.width) total += _checkSum(layer, first + i, sum);
                else padding += sum;
                require(padding == 0, IModelRegistry.PaddingInvalid(layer.index, first + i, padding));
            }
            layer.cursor += Inference.narrowLength(layer.inputs);
        }
    }

    function _checkSum(Layer memory layer, uint256 output, uint256 sum) private pure returns (uint256) {
        bool isBounded = sum < Inference.LANE_ZERO;
        require(isBounded, IModelRegistry.OutputSumTooLarge(layer.index, output, sum, Inference.LANE_ZERO));
        return sum;
    }

    /// @dev The largest sum of output `i` of the wide block at the cursor, either way.
    function _wideSum(bytes memory blob, Layer memory layer, uint256 i) private pure returns (uint256) {
        uint256 bias = layer.cursor + Inference.WORD_LENGTH * (i % 3) + Inference.BIAS_LENGTH * (i / 3);
        uint256 weights = layer.cursor + Inference.WIDE_HEADER_LENGTH + i;
        return MAX_ACTIVATION * _weightSizes(blob, weights, layer.inputs) + _biasSize(blob, bias);
    }

    /// @dev The same in a narrow block, where input k is byte k mod 3 of three; and what unused weights add up to.
    function _narrowSum(bytes memory blob, Layer memory layer, uint256 i)
        private
        pure
        returns (uint256 sum, uint256 padding)
    {
        uint256 words = Math.ceilDiv(layer.inputs, Inference.NARROW_INPUTS);
        uint256 weights = layer.cursor + Inference.NARROW_HEADER_LENGTH + Inference.NARROW_INPUTS * i;
        for (uint256 k; k < Inference.NARROW_INPUTS; ++k) {
            uint256 used = (layer.inputs + Inference.NARROW_INPUTS - 1 - k) / Inference.NARROW_INPUTS;
            sum += _weightSizes(blob, weights + k, used);
            padding += _weightSizes(blob, weights + k + Inference.WORD_LENGTH * used, words - used);
        }
        sum = MAX_ACTIVATION * sum + _biasSize(blob, layer.cursor + Inference.BIAS_LENGTH * i);
    }

    /// @dev Sum of `count` weights' sizes, a word apart. Most of what a registration costs.
    function _weightSizes(bytes memory blob, uint256 offset, uint256 count) private pure returns (uint256 sum) {
        // safe: at most 512 sizes of at most 128; the caller has checked that the last lies within the blob
        unchecked {
            for (uint256 end = offset + Inference.WORD_LENGTH * count; offset < end; offset += Inference.WORD_LENGTH) {
                uint256 weight = uint256(LibBytes.load(blob, offset)) >> 248;
                sum += weight < WEIGHT_ZERO ? WEIGHT_ZERO - weight : weight - WEIGHT_ZERO;
            }
        }
    }

    function _biasSize(bytes memory blob, uint256 offset) private pure returns (uint256) {
        return SignedMath.abs(int256(_uint(blob, offset, Inference.BIAS_LENGTH)) - int256(Inference.LANE_ZERO));
    }

    function _checkLayer(bool isValid, uint256 layer, bytes32 name, uint256 value, uint256 bound) private pure {
        require(isValid, IModelRegistry.LayerFieldInvalid(layer, name, value, bound));
    }

    /* BYTES */

    function checkLength(bytes memory blob, uint256 expected) internal pure {
        require(blob.length == expected, IModelRegistry.BlobLengthInvalid(blob.length, expected));
    }

    /// @dev Before anything below `end` is read.
    function _checkReaches(bytes memory blob, uint256 end) private pure {
        require(blob.length >= end, IModelRegistry.BlobLengthInvalid(blob.length, end));
    }

    function _checkField(bool isValid, bytes32 name, uint256 value) private pure {
        require(isValid, IModelRegistry.BlobFieldInvalid(name, value));
    }

    function _uint(bytes memory blob, uint256 offset, uint256 size) private pure returns (uint256) {
        return uint256(LibBytes.load(blob, offset)) >> (256 - 8 * size);
    }
}
