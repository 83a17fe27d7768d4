// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Inference} from "./Inference.sol";
import {ModelBuilder} from "./ModelBuilder.t.sol";
import {NaiveDense} from "./NaiveDense.t.sol";

// Inference.correction
// ├── units: below, inside and above the range of activations
// ├── layers: wide blocks only, narrow blocks only, both; none at all
// ├── inputs that do not fill a word, a turn of twelve, a turn of thirty-two
// └── the sum of the outputs, times the last multiplier
contract InferenceTest is Test {
    /// @dev One unit of slope 1 that is 0 up to lane 0, then one more for every step of a lane.
    bytes private _ramp = abi.encodePacked(
        ModelBuilder.layerHeader(1, 2, 1), uint8(0), uint24(1), new bytes(27), uint24(2 ** 23 - 2 ** 15), _zeros(9)
    );

    function test_Correction_OfAUnitIsClampedToItsRange() public view {
        bytes memory blob = _rampInto(1);

        assertEq(Inference.correction(blob, _lane(type(int16).min)), 0);
        assertEq(Inference.correction(blob, _lane(-1)), 0);
        assertEq(Inference.correction(blob, _lane(1)), 1);
        assertEq(Inference.correction(blob, _lane(126)), 126);
        assertEq(Inference.correction(blob, _lane(127)), 127);
        assertEq(Inference.correction(blob, _lane(128)), 127);
        assertEq(Inference.correction(blob, _lane(type(int16).max)), 127);
    }

    function test_Correction_TakesNegativeWeights() public view {
        assertEq(Inference.correction(_rampInto(-128), _lane(100)), -12_800);
    }

    function test_Correction_IsTheSumOfTheOutputsTimesTheMultiplier() public view {
        bytes[] memory layers = new bytes[](1);
        bytes memory biases = abi.encodePacked(uint24(2 ** 23 + 5), uint24(2 ** 23 - 1), _zeros(8));
        bytes memory weights = abi.encodePacked(_weights(3), _weights(-2), _weights(0), _padding(21));
        layers[0] = bytes.concat(ModelBuilder.layerHeader(2, 1_000_000, 0), biases, weights);

        int256 correction = Inference.correction(ModelBuilder.dense(_ramp, layers), _lane(10));

        assertEq(correction, (30 + 5 - 20 - 1) * 1_000_000);
    }

    /// @dev (sum · 1 + 2) >> 2: quarters are rounded to the nearest, halves up.
    function test_Correction_RoundsHalvesUp() public view {
        bytes[] memory layers = new bytes[](2);
        layers[0] = bytes.concat(ModelBuilder.layerHeader(1, 1, 2), _zeros(10), _weights(1), _padding(27));
        layers[1] = bytes.concat(ModelBuilder.layerHeader(1, 1, 0), _zeros(10), _weights(1), _padding(27));
        bytes memory blob = ModelBuilder.dense(_ramp, layers);

        assertEq(Inference.correction(blob, _lane(1)), 0, "1/4");
        assertEq(Inference.correction(blob, _lane(2)), 1, "2/4");
        assertEq(Inference.correction(blob, _lane(5)), 1, "5/4");
        assertEq(Inference.correction(blob, _lane(6)), 2, "6/4");
    }

    function test_Correction_OfNarrowBlocksEqualsPlainSolidity() public pure {
        _assertEqualsNaive([uint256(7), 9, 11, 4], 1);
    }

    function test_Correction_OfWideBlocksEqualsPlainSolidity() public pure {
        _assertEqualsNaive([uint256(30), 30, 60, 1], 2);
    }

    function test_Correction_OfTheBenchedShapeEqualsPlainSolidity() public pure {
        _assertEqualsNaive([uint256(64), 128, 64, 3], 3);
    }

    /// forge-config: default.fuzz.runs = 64
    function testDiff_Correction_OfAnyShapeEqualsPlainSolidity(uint8[4] memory shape, uint256 seed, bytes32 lanes)
        public
        pure
    {
        uint256[4] memory widths;
        for (uint256 k; k < 4; ++k) {
            widths[k] = bound(shape[k], 1, 70);
        }
        bytes memory blob = _random(widths, seed);

        assertEq(Inference.correction(blob, lanes), NaiveDense.correction(blob, lanes));
    }

    /// @dev The memory behind an activation array need not be clean.
    function test_Correction_IsTheSameOverDirtyMemory() public pure {
        bytes memory blob = _random([uint256(33), 41, 13, 2], 9);
        bytes32 lanes = keccak256("lanes");
        int256 expected = NaiveDense.correction(blob, lanes);
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 8192) { i := add(i, 32) } { mstore(add(free, i), not(0)) }
        }

        assertEq(Inference.correction(blob, lanes), expected);
    }

    function _assertEqualsNaive(uint256[4] memory widths, uint256 seed) private pure {
        bytes memory blob = _random(widths, seed);
        for (uint256 k; k < 4; ++k) {
            bytes32 lanes = keccak256(abi.encode(seed, k));

            assertEq(Inference.correction(blob, lanes), NaiveDense.correction(blob, lanes));
        }
    }

    function _random(uint256[4] memory widths, uint256 seed) private pure returns (bytes memory) {
        bytes[] memory layers = new bytes[](3);
        for (uint256 k; k < 3; ++k) {
            layers[k] = ModelBuilder.randomLayer(widths[k], widths[k + 1], seed / 2 + 1_000 * k, k == 2);
        }
        return ModelBuilder.dense(ModelBuilder.randomUnits(widths[0], seed), layers);
    }

    /// @dev The ramp into one output of the given weight.
    function _rampInto(int8 weight) private view returns (bytes memory) {
        bytes[] memory layers = new bytes[](1);
        layers[0] = bytes.concat(ModelBuilder.layerHeader(1, 1, 0), _zeros(10), _weights(weight), _padding(27));
        return ModelBuilder.dense(_ramp, layers);
    }

    /// @dev An output's three bytes of a word when there is one input.
    function _weights(int256 weight) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(uint256(weight + 128)), bytes2(0x8080));
    }

    function _padding(uint256 length) private pure returns (bytes memory padding) {
        padding = new bytes(length);
        for (uint256 i; i < length; ++i) {
            padding[i] = 0x80;
        }
    }

    function _zeros(uint256 biases) private pure returns (bytes memory zeros) {
        for (uint256 i; i < biases; ++i) {
            zeros = abi.encodePacked(zeros, uint24(2 ** 23));
        }
    }

    function _lane(int16 value) private pure returns (bytes32) {
        return bytes32(uint256(uint16(value)) << 240);
    }
}
