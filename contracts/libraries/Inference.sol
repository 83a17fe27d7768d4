// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Linear} from "./Linear.sol";
import {ModelBlob} from "./ModelBlob.sol";

/// @title Inference
/// @notice Runs the int8 network that corrects a linear model: kind 3 of docs/formats.md.
/// @dev ACTIVATIONS are bytes from 0 to 127, with 32 zero bytes behind the last one.
///
/// LANES. A word carries ten sums in lanes of 24 bits, the first in the highest, bits 240 and up unused. Weights are
/// int8 plus 128 and sums are offset by 2^23, so that no lane is ever negative; what the 128 adds is taken off again
/// for all lanes at once.
///
/// BLOCKS. Thirty outputs share a word of weights for one input, a byte each: masked in three ways it is three words of
/// ten lanes, and one multiplication by the input steps ten sums. What is left of a layer comes in narrow blocks of ten
/// outputs and three inputs a word. Thirty results are three words of lanes, one byte apart, so they pack by shifting.
///
/// BOUNDS that `ModelRegistry` has checked: at most 512 inputs a layer, so that raw sums stay below 2^24; the true sum
/// of every output, bias included, stays within 2^23 whatever the activations; the outputs of the last layer together,
/// times its multiplier, below 2^40. Between raw and true a lane may borrow from the next: whole words are added, so
/// that is made good before anyone looks.
library Inference {
    /// How a layer's sums become activations: (sum · multiplier + 2^(shift - 1)) >> shift, from 0 to 127.
    struct Scale {
        uint256 ceilings; // in each lane the smallest sum that gives 127, at most LANE_MAX, plus LANE_ZERO
        uint256 multiplier; // at most 2^shift, below 2^16
        uint256 shift; // 1 to 40
        uint256 tops; // in every other lane that sum · multiplier + 2^(shift - 1)
    }

    uint256 internal constant MAX_WIDTH = 512;
    uint256 internal constant MAX_SHIFT = 40;
    uint256 internal constant LAYER_HEADER_LENGTH = 7; // width uint16, multiplier uint32, shift uint8
    uint256 internal constant WORD_LENGTH = 30; // of ten lanes, or of thirty weights
    uint256 internal constant WIDE = 30; // outputs
    uint256 internal constant NARROW = 10; // outputs
    uint256 internal constant NARROW_INPUTS = 3; // a word
    uint256 internal constant WIDE_HEADER_LENGTH = 90; // biases of outputs 0, 3, …, then 1, 4, …, then 2, 5, …
    uint256 internal constant NARROW_HEADER_LENGTH = 30; // biases
    uint256 internal constant UNITS_LENGTH = 61; // of ten: 16 · lane, slopes, biases
    uint256 internal constant BIAS_LENGTH = 3; // and a slope's
    uint256 internal constant LANE_ZERO = 2 ** 23; // what stands for a sum of 0

    uint256 private constant LANE_MAX = 2 ** 23 - 1;
    uint256 private constant LANE_BITS = 24;

    // The bytes of a word that become lanes, in three steps.
    uint256 private constant LOW_BYTES = 0x0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff;
    uint256 private constant MIDDLE_BYTES = 0x00ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff00;
    uint256 private constant HIGH_BYTES = 0xff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000;

    // One in each lane; in every other lane one, 127, and all bits.
    uint256 private constant ONES = 0x000001000001000001000001000001000001000001000001000001000001;
    uint256 private constant EVEN_ONES = 0x000001000000000001000000000001000000000001000000000001;
    uint256 private constant EVEN_ACTIVATIONS = 0x00007f00000000007f00000000007f00000000007f00000000007f;
    uint256 private constant EVEN_LANES = 0xffffff000000ffffff000000ffffff000000ffffff000000ffffff;

    /// @notice Returns what the network in `blob` adds to the linear output on `lanes`, Q32.
    /// @custom:rounding activations to the nearest, halves up; the sum of the outputs is exact
    function correction(bytes memory blob, bytes32 lanes) internal pure returns (int256) {
        unchecked {
            uint256 cursor = _dataOf(blob) + Linear.length(ModelBlob.inputs(blob));
            uint256 layers = _load(cursor) >> 248;

            bytes memory activations;
            (activations, cursor) = _units(cursor + 1, lanes);
            for (; layers > 1; --layers) {
                (activations, cursor) = _layer(cursor, activations);
            }
            return _outputs(cursor, activations);
        }
    }

    /// @dev The input layer: each unit is one lane, times a slope, plus a bias.
    function _units(uint256 cursor, bytes32 lanes) private pure returns (bytes memory activations, uint256 end) {
        unchecked {
            uint256 width = _load(cursor) >> 240;
            Scale memory scale = _scale(cursor);
            activations = _allocate(width);
            end = cursor + LAYER_HEADER_LENGTH;

            for (uint256 i; i < width; i += NARROW) {
                uint256 sums;
                // sums = slopes · (int16 lane, at the bit that the first byte says, + 2^15) + biases
                // safe: the registry has checked that no sum reaches 2^24
                assembly ("memory-safe") {
                    let lane := xor(shr(240, shl(byte(0, mload(end)), lanes)), 0x8000)
                    sums := add(mul(mload(sub(end, 1)), lane), mload(add(end, 29)))
                }
                _storeTen(activations, i, _requantise(sums, scale));
                end += UNITS_LENGTH;
            }
        }
    }

    /// @dev A hidden layer.
    function _layer(uint256 cursor, bytes memory inputs) private pure returns (bytes memory outputs, uint256 end) {
        unchecked {
            uint256 width = _load(cursor) >> 240;
            Scale memory scale = _scale(cursor);
            uint256 excess = _excess(inputs);
            outputs = _allocate(width);
            end = cursor + LAYER_HEADER_LENGTH;

            uint256 i;
            for (; i + WIDE <= width; i += WIDE) {
                (uint256 high, uint256 middle, uint256 low) = _wideSums(end + WIDE_HEADER_LENGTH, inputs);
                high = _requantise(high + _loadLanes(end) - excess, scale);
                middle = _requantise(middle + _loadLanes(end + WORD_LENGTH) - excess, scale);
                low = _requantise(low + _loadLanes(end + 2 * WORD_LENGTH) - excess, scale);
                _storeThirty(outputs, i, high, middle, low);
                end += wideLength(inputs.length);
            }
            for (; i < width; i += NARROW) {
                uint256 sums = _narrowSums(end + NARROW_HEADER_LENGTH, inputs) + _loadLanes(end) - excess;
                _storeTen(outputs, i, _requantise(sums, scale));
                end += narrowLength(inputs.length);
            }
        }
    }

    /// @dev The last layer: no activations, the sum of its outputs.
    function _outputs(uint256 cursor, bytes memory inputs) private pure returns (int256 sum) {
        // safe: at most 512 sums below 2^23 each; the product is below 2^40
        unchecked {
            uint256 left = _load(cursor) >> 240;
            uint256 multiplier = uint32(_load(cursor) >> 208);
            uint256 excess = _excess(inputs);
            cursor += LAYER_HEADER_LENGTH;

            for (; left > 0; left = left > NARROW ? left - NARROW : 0) {
                uint256 sums = _narrowSums(cursor + NARROW_HEADER_LENGTH, inputs) + _loadLanes(cursor) - excess;
                cursor += narrowLength(inputs.length);
                for (uint256 k; k < left && k < NARROW; ++k) {
                    sum += int256((sums >> (216 - LANE_BITS * k)) & (2 ** LANE_BITS - 1)) - int256(LANE_ZERO);
                }
            }
            return sum * int256(multiplier);
        }
    }

    /// @notice Returns the bytes of thirty outputs of `inputs` weights.
    function wideLength(uint256 inputs) internal pure returns (uint256) {
        unchecked {
            return WIDE_HEADER_LENGTH + WORD_LENGTH * inputs;
        }
    }

    /// @notice Returns the bytes of ten outputs of `inputs` weights.
    function narrowLength(uint256 inputs) internal pure returns (uint256) {
        unchecked {
            return NARROW_HEADER_LENGTH + WORD_LENGTH * ((inputs + NARROW_INPUTS - 1) / NARROW_INPUTS);
        }
    }

    /// @dev Sums of thirty outputs without bias or offset, ten a word: outputs 0, 3, …; 1, 4, …; 2, 5, …
    /// Thirty-two inputs a turn; inputs behind the last are zero, whatever is read as their weight.
    /// Long because it is unrolled: the same four inputs eight times.
    // solhint-disable-next-line function-max-lines
    function _wideSums(uint256 weights, bytes memory inputs)
        private
        pure
        returns (uint256 high, uint256 middle, uint256 low)
    {
        // for (uint256 i; i < inputs.length; ++i) {
        //     uint256 word = the 30 bytes at weights + 30 · i;
        //     low += (word & LOW_BYTES) · inputs[i];
        //     middle += ((word & MIDDLE_BYTES) >> 8) · inputs[i];
        //     high += ((word & HIGH_BYTES) >> 16) · inputs[i];
        // }
        // `low` sums whole words; the other two sum their bytes in place, are taken off it and shifted down at the end.
        // Modulo 2^256 that is exact, and the two foreign bytes of a word reach only bits 240 and up.
        assembly ("memory-safe") {
            let m := MIDDLE_BYTES
            let h := HIGH_BYTES
            mstore(0x00, add(inputs, 32)) // next input and end lie here because the stack is full
            mstore(0x20, add(add(inputs, 32), mload(inputs)))
            for { let at := sub(weights, 2) } lt(mload(0x00), mload(0x20)) { mstore(0x00, add(mload(0x00), 32)) } {
                let some := mload(mload(0x00))
                {
                    let a := mload(at)
                    let b := mload(add(at, 30))
                    let c := mload(add(at, 60))
                    let d := mload(add(at, 90))
                    let w := byte(0, some)
                    let x := byte(1, some)
                    let y := byte(2, some)
                    let z := byte(3, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 120))
                    let b := mload(add(at, 150))
                    let c := mload(add(at, 180))
                    let d := mload(add(at, 210))
                    let w := byte(4, some)
                    let x := byte(5, some)
                    let y := byte(6, some)
                    let z := byte(7, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 240))
                    let b := mload(add(at, 270))
                    let c := mload(add(at, 300))
                    let d := mload(add(at, 330))
                    let w := byte(8, some)
                    let x := byte(9, some)
                    let y := byte(10, some)
                    let z := byte(11, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 360))
                    let b := mload(add(at, 390))
                    let c := mload(add(at, 420))
                    let d := mload(add(at, 450))
                    let w := byte(12, some)
                    let x := byte(13, some)
                    let y := byte(14, some)
                    let z := byte(15, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 480))
                    let b := mload(add(at, 510))
                    let c := mload(add(at, 540))
                    let d := mload(add(at, 570))
                    let w := byte(16, some)
                    let x := byte(17, some)
                    let y := byte(18, some)
                    let z := byte(19, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 600))
                    let b := mload(add(at, 630))
                    let c := mload(add(at, 660))
                    let d := mload(add(at, 690))
                    let w := byte(20, some)
                    let x := byte(21, some)
                    let y := byte(22, some)
                    let z := byte(23, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 720))
                    let b := mload(add(at, 750))
                    let c := mload(add(at, 780))
                    let d := mload(add(at, 810))
                    let w := byte(24, some)
                    let x := byte(25, some)
                    let y := byte(26, some)
                    let z := byte(27, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                {
                    let a := mload(add(at, 840))
                    let b := mload(add(at, 870))
                    let c := mload(add(at, 900))
                    let d := mload(add(at, 930))
                    let w := byte(28, some)
                    let x := byte(29, some)
                    let y := byte(30, some)
                    let z := byte(31, some)
                    low := add(low, add(add(mul(a, w), mul(b, x)), add(mul(c, y), mul(d, z))))
                    middle := add(
                        middle,
                        add(add(mul(and(a, m), w), mul(and(b, m), x)), add(mul(and(c, m), y), mul(and(d, m), z)))
                    )
                    high := add(
                        high,
                        add(add(mul(and(a, h), w), mul(and(b, h), x)), add(mul(and(c, h), y), mul(and(d, h), z)))
                    )
                }
                at := add(at, 960)
            }
            low := sub(sub(low, middle), high)
            middle := shr(8, middle)
            high := shr(16, high)
        }
    }

    /// @dev Sums of ten outputs without bias or offset. Twelve inputs a turn, three a word.
    function _narrowSums(uint256 weights, bytes memory inputs) private pure returns (uint256 low) {
        // for (uint256 i; i < inputs.length; i += 3) {
        //     uint256 word = the 30 bytes at weights + 10 · i;
        //     sums += ((word & HIGH_BYTES) >> 16) · inputs[i];
        //     sums += ((word & MIDDLE_BYTES) >> 8) · inputs[i + 1];
        //     sums += (word & LOW_BYTES) · inputs[i + 2];
        // }
        assembly ("memory-safe") {
            let l := LOW_BYTES
            let m := MIDDLE_BYTES
            let h := HIGH_BYTES
            let middle := 0
            let high := 0
            let input := add(inputs, 32)
            let end := add(input, mload(inputs))
            for { let at := sub(weights, 2) } lt(input, end) { input := add(input, 12) } {
                let some := mload(input)
                let a := mload(at)
                let b := mload(add(at, 30))
                let c := mload(add(at, 60))
                let d := mload(add(at, 90))
                high := add(
                    high,
                    add(
                        add(mul(and(a, h), byte(0, some)), mul(and(b, h), byte(3, some))),
                        add(mul(and(c, h), byte(6, some)), mul(and(d, h), byte(9, some)))
                    )
                )
                middle := add(
                    middle,
                    add(
                        add(mul(and(a, m), byte(1, some)), mul(and(b, m), byte(4, some))),
                        add(mul(and(c, m), byte(7, some)), mul(and(d, m), byte(10, some)))
                    )
                )
                low := add(
                    low,
                    add(
                        add(mul(and(a, l), byte(2, some)), mul(and(b, l), byte(5, some))),
                        add(mul(and(c, l), byte(8, some)), mul(and(d, l), byte(11, some)))
                    )
                )
                at := add(at, 120)
            }
            low := add(low, add(shr(8, middle), shr(16, high)))
        }
    }

    /// @dev Ten sums, offset by LANE_ZERO, to ten activations in the same lanes.
    function _requantise(uint256 sums, Scale memory scale) private pure returns (uint256 activations) {
        // positive = max(sum, 0); missing = max(ceiling - positive, 0);
        // activation = (ceiling · multiplier + half - missing · multiplier) >> shift;
        // safe: sums and ceiling are at most LANE_MAX; times a multiplier below 2^16 they stay below 2^39 in 48 bits
        assembly ("memory-safe") {
            let ones := ONES
            let max := LANE_MAX
            sums := and(sums, mul(and(shr(23, sums), ones), max))
            sums := sub(mload(scale), sums)
            sums := and(sums, mul(and(shr(23, sums), ones), max))

            let multiplier := mload(add(scale, 32))
            let shift := mload(add(scale, 64))
            let tops := mload(add(scale, 96))
            activations := and(shr(shift, sub(tops, mul(and(sums, EVEN_LANES), multiplier))), EVEN_ACTIVATIONS)
            sums := and(shr(24, sums), EVEN_LANES)
            sums := and(shr(shift, sub(tops, mul(sums, multiplier))), EVEN_ACTIVATIONS)
            activations := or(activations, shl(24, sums))
        }
    }

    /// @dev The fields of `Scale` in their order, from the layer's header at `cursor`.
    function _scale(uint256 cursor) private pure returns (Scale memory scale) {
        // ceiling = min(ceil((127 · 2^shift - half) / multiplier), LANE_MAX)
        // safe: the registry has checked that shift and multiplier are at least 1
        assembly ("memory-safe") {
            let header := mload(cursor)
            let multiplier := and(shr(208, header), 0xffffffff)
            let shift := byte(6, header)
            let half := shl(sub(shift, 1), 1)
            let ceiling := div(sub(add(shl(shift, 127), multiplier), add(half, 1)), multiplier)
            if gt(ceiling, LANE_MAX) { ceiling := LANE_MAX }
            mstore(scale, mul(add(ceiling, LANE_ZERO), ONES))
            mstore(add(scale, 32), multiplier)
            mstore(add(scale, 64), shift)
            mstore(add(scale, 96), mul(add(mul(ceiling, multiplier), half), EVEN_ONES))
        }
    }

    /// @dev What the 128 in every weight adds to every lane: 128 times the sum of the activations.
    function _excess(bytes memory activations) private pure returns (uint256 excess) {
        // for (uint256 i; i < activations.length; ++i) sum += activations[i];
        // safe: 16 lanes of at most 17 · 254 each, altogether at most 512 · 127 < 2^16
        assembly ("memory-safe") {
            let lanes := 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff
            let sum := 0
            let at := add(activations, 32)
            for { let end := add(at, mload(activations)) } lt(at, end) { at := add(at, 32) } {
                let word := mload(at)
                sum := add(sum, add(and(word, lanes), and(shr(8, word), lanes)))
            }
            sum := shr(240, mul(sum, 0x0001000100010001000100010001000100010001000100010001000100010001))
            excess := mul(shl(7, sum), ONES)
        }
    }

    function _allocate(uint256 count) private pure returns (bytes memory activations) {
        // activations = new bytes(count + 32), its length then set to count
        assembly ("memory-safe") {
            activations := mload(0x40)
            mstore(activations, count)
            let room := and(add(count, 63), not(31))
            calldatacopy(add(activations, 32), calldatasize(), room) // zeros
            mstore(0x40, add(add(activations, 32), room))
        }
    }

    /// @dev Thirty results, lane k of `high`, `middle` and `low` being results 3k, 3k + 1 and 3k + 2.
    function _storeThirty(bytes memory activations, uint256 index, uint256 high, uint256 middle, uint256 low)
        private
        pure
    {
        assembly ("memory-safe") {
            mstore(add(add(activations, 32), index), shl(16, or(or(shl(16, high), shl(8, middle)), low)))
        }
    }

    /// @dev Ten results, one a lane; those behind the last of a layer are zero, as activations behind the last must be.
    function _storeTen(bytes memory activations, uint256 index, uint256 lanes) private pure {
        // for (uint256 k; k < 10; ++k) activations[index + k] = lane k;
        assembly ("memory-safe") {
            let at := add(add(activations, 32), index)
            mstore8(at, byte(4, lanes))
            mstore8(add(at, 1), byte(7, lanes))
            mstore8(add(at, 2), byte(10, lanes))
            mstore8(add(at, 3), byte(13, lanes))
            mstore8(add(at, 4), byte(16, lanes))
            mstore8(add(at, 5), byte(19, lanes))
            mstore8(add(at, 6), byte(22, lanes))
            mstore8(add(at, 7), byte(25, lanes))
            mstore8(add(at, 8), byte(28, lanes))
            mstore8(add(at, 9), byte(31, lanes))
        }
    }

    function _dataOf(bytes memory blob) private pure returns (uint256 data) {
        assembly ("memory-safe") {
            data := add(blob, 32)
        }
    }

    function _load(uint256 cursor) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(cursor)
        }
    }

    /// @dev The 30 bytes at `cursor`, in the low bits; the two bytes above them are foreign.
    function _loadLanes(uint256 cursor) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(sub(cursor, 2))
        }
    }
}
