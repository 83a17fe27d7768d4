// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {IModelRegistry, Model, ModelId, ModelKind} from "../interfaces/IModelRegistry.sol";
import {ModelBuilder} from "../libraries/ModelBuilder.t.sol";
import {ModelRegistry} from "./ModelRegistry.sol";

// register
// ├── given it is registered: the same id, nothing said
// ├── given it is new: blob stored as code, evented with author, kind and horizon
// ├── when shorter than header and bias, longer than a code: reverts with length and bound
// ├── when the magic or a field of the header is invalid: reverts with name and value
// ├── when bias or closeToRange could overflow: reverts with value and bound; the largest pass
// ├── linear: when the length is not that of its inputs: reverts
// ├── forest
// │   ├── when depth, reserved byte or number of trees is invalid, the length not that of its trees: reverts
// │   ├── when a node reads no lane: reverts with tree, node and lane
// │   └── when the leaves together could overflow: reverts
// └── dense
//     ├── when the number of layers is invalid, or the blob ends early or late: reverts
//     ├── when a layer's width, multiplier or shift is invalid: reverts with layer, name, value and bound
//     ├── when a unit's lane, slope or sum is invalid: reverts with unit, name, value and bound
//     ├── when an unused unit, weight or bias is not zero: reverts
//     ├── when an output's sum could overflow: reverts with layer, output, sum and bound; the largest passes
//     ├── when all outputs together could: reverts
//     └── the benched shape fits a transaction
// model, blob
// ├── given nothing is registered under the id: revert with it
// └── else: what the blob says
contract ModelRegistryTest is Test {
    int64 private constant BOUND = 2 ** 40;

    ModelRegistry private registry = new ModelRegistry();

    /// @dev One blob, field by field; each test spoils one of them.
    struct Blob {
        bytes4 magic;
        uint8 version;
        uint8 kind;
        uint16 featureSet;
        uint32 period;
        uint16 horizon;
        uint16 minCandles;
        uint8 inputs;
        uint56 reserved;
        int64 closeToRange;
        int64 bias;
        bytes weights;
    }

    /* REGISTER */

    function test_Register_StoresTheBlobAsCodeAndEmits() public {
        bytes memory code = _encode(_blob());
        ModelId expected = ModelId.wrap(keccak256(code));
        address author = makeAddr("author");
        address pointer = vm.computeCreateAddress(address(registry), vm.getNonce(address(registry)));

        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelRegistered(expected, author, pointer, ModelKind.Linear, 5);
        vm.prank(author);
        ModelId modelId = registry.register(code);

        assertEq(ModelId.unwrap(modelId), ModelId.unwrap(expected));
        assertEq(registry.blob(modelId), code);
        assertEq(pointer.code, bytes.concat(hex"00", code), "a STOP byte and the blob");
        Model memory model = registry.model(modelId);
        assertEq(model.blob, pointer);
        assertEq(uint8(model.kind), uint8(ModelKind.Linear));
        assertEq(model.featureSet, 1);
        assertEq(model.period, 86_400);
        assertEq(model.horizon, 5);
        assertEq(model.minCandles, 160);
    }

    function test_Register_AgainReturnsTheSameId() public {
        bytes memory code = _encode(_blob());
        ModelId first = registry.register(code);

        vm.recordLogs();
        vm.prank(makeAddr("another author"));
        ModelId second = registry.register(code);

        assertEq(ModelId.unwrap(second), ModelId.unwrap(first));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Register_TakesTheLargestTerms() public {
        Blob memory b = _blob();
        (b.bias, b.closeToRange, b.horizon) = (BOUND - 1, -BOUND + 1, 255);
        b.weights = abi.encodePacked(type(int32).min, type(int32).max, type(int32).min, int32(0), int32(-1), int32(1));

        registry.register(_encode(b));
    }

    function test_RevertWhen_ModelIsUnknown() public {
        ModelId unknown = ModelId.wrap(keccak256("unknown"));

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, unknown));
        registry.model(unknown);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, unknown));
        registry.blob(unknown);
    }

    function test_RevertWhen_BlobIsShorterThanItsHeader() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BlobLengthInvalid.selector, 0, 40));
        registry.register("");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BlobLengthInvalid.selector, 39, 40));
        registry.register(new bytes(39));
    }

    function test_RevertWhen_BlobLengthIsNotThatOfItsInputs() public {
        Blob memory b = _blob();
        b.weights = new bytes(23);

        _expectRefused(b, abi.encodeWithSelector(IModelRegistry.BlobLengthInvalid.selector, 63, 64));
        b.weights = new bytes(28);
        _expectRefused(b, abi.encodeWithSelector(IModelRegistry.BlobLengthInvalid.selector, 68, 64));
    }

    function test_RevertWhen_MagicIsWrong() public {
        Blob memory b = _blob();
        b.magic = "IYIX";

        _expectRefused(b, abi.encodeWithSelector(IModelRegistry.BlobMagicInvalid.selector, bytes4("IYIX")));
    }

    function test_RevertWhen_FieldIsInvalid() public {
        Blob memory b = _blob();
        b.version = 2;
        _expectFieldInvalid(b, "version", 2);

        b = _blob();
        b.kind = 0;
        _expectFieldInvalid(b, "kind", 0);
        b.kind = 4;
        _expectFieldInvalid(b, "kind", 4);

        b = _blob();
        b.featureSet = 2;
        _expectFieldInvalid(b, "featureSet", 2);

        b = _blob();
        b.period = 0;
        _expectFieldInvalid(b, "period", 0);

        b = _blob();
        b.horizon = 0;
        _expectFieldInvalid(b, "horizon", 0);
        b.horizon = 256;
        _expectFieldInvalid(b, "horizon", 256);

        b = _blob();
        b.inputs = 7;
        b.weights = new bytes(28);
        _expectFieldInvalid(b, "inputs", 7);

        b = _blob();
        b.reserved = 1 << 48;
        _expectFieldInvalid(b, "reserved", 1 << 48);
    }

    function test_RevertWhen_TermCouldOverflow() public {
        int64[2] memory terms = [BOUND, -BOUND];
        for (uint256 i; i < 2; ++i) {
            Blob memory b = _blob();
            b.bias = terms[i];
            _expectBoundExceeded(b, "bias", terms[i]);

            b = _blob();
            b.closeToRange = terms[i];
            _expectBoundExceeded(b, "closeToRange", terms[i]);
        }
    }

    function testFuzz_Model_ReadsWhatTheBlobSays(uint32 period, uint8 horizon, uint16 minCandles, bytes24 weights)
        public
    {
        vm.assume(period > 0 && horizon > 0);
        Blob memory b = _blob();
        (b.period, b.horizon, b.minCandles) = (period, horizon, minCandles);
        b.weights = abi.encodePacked(weights);

        Model memory model = registry.model(registry.register(_encode(b)));

        assertEq(model.period, period);
        assertEq(model.horizon, horizon);
        assertEq(model.minCandles, minCandles);
    }

    function test_RevertWhen_BlobIsLongerThanACode() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BlobTooLong.selector, 24_576, 24_575));
        registry.register(new bytes(24_576));
    }

    /* FOREST */

    // Behind 64 bytes of header and linear part: 64 depth, 65 zero, 66-67 trees, from 68 on trees of 60 bytes each.

    function test_Register_TakesAForest() public {
        ModelId modelId = registry.register(_forest(int32(1)));

        assertEq(uint8(registry.model(modelId).kind), uint8(ModelKind.Forest));
    }

    function test_Register_EmitsTheKind() public {
        bytes memory code = _dense();
        address pointer = vm.computeCreateAddress(address(registry), vm.getNonce(address(registry)));

        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelRegistered(
            ModelId.wrap(keccak256(code)), address(this), pointer, ModelKind.Dense, 5
        );
        registry.register(code);
    }

    function test_RevertWhen_ForestFieldIsInvalid() public {
        bytes memory code = _forest(int32(1));

        _expectFieldRefused(_with(code, 64, hex"02"), "depth", 2);
        _expectFieldRefused(_with(code, 64, hex"09"), "depth", 9);
        _expectFieldRefused(_with(code, 65, hex"01"), "reserved", 1);
        _expectFieldRefused(_with(code, 66, hex"0000"), "trees", 0);
    }

    function test_RevertWhen_ForestLengthIsNotThatOfItsTrees() public {
        bytes memory code = _forest(int32(1));

        _expectLengthRefused(_cut(code, 67), 67, 68);
        _expectLengthRefused(_cut(code, 187), 187, 188);
        _expectLengthRefused(bytes.concat(code, hex"00"), 189, 188);
        _expectLengthRefused(_with(code, 66, hex"0003"), 188, 248);
        _expectLengthRefused(_with(code, 64, hex"04"), 188, 316);
    }

    function test_RevertWhen_NodeReadsNoLane() public {
        bytes memory code = _forest(int32(1));
        bytes2[3] memory lanes = [bytes2(uint16(96)), bytes2(uint16(17)), bytes2(uint16(256))];

        for (uint256 i; i < 3; ++i) {
            // node 7 of tree 1
            vm.expectRevert(
                abi.encodeWithSelector(IModelRegistry.TreeLaneInvalid.selector, 1, 7, uint16(lanes[i]), 96)
            );
            registry.register(_with(code, 68 + 60 + 26, abi.encodePacked(lanes[i])));
        }
    }

    function test_RevertWhen_LeavesCouldOverflow() public {
        registry.register(_forest(type(int32).max));

        bytes memory code = _forest(type(int32).min);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.BlobBoundExceeded.selector, bytes32("leaves"), 2 ** 40, 2 ** 40)
        );
        registry.register(code);
    }

    /* DENSE */

    // Behind 64 bytes of header and linear part: 64 layers; 65 units of width 4, their ten from 72 on; 133 layer 1 of
    // width 31, wide block from 140 on, narrow block from 350 on; 440 layer 2 of width 1, narrow block from 447 on.

    function test_Register_TakesADenseNetwork() public {
        ModelId modelId = registry.register(_dense());

        assertEq(uint8(registry.model(modelId).kind), uint8(ModelKind.Dense));
    }

    function test_RevertWhen_LayerCountIsInvalid() public {
        _expectFieldRefused(_with(_dense(), 64, hex"00"), "layers", 0);
        _expectFieldRefused(_with(_dense(), 64, hex"09"), "layers", 9);
    }

    function test_RevertWhen_DenseBlobEndsEarlyOrLate() public {
        bytes memory code = _dense();

        _expectLengthRefused(_cut(code, 64), 64, 65);
        _expectLengthRefused(_cut(code, 71), 71, 72);
        _expectLengthRefused(_cut(code, 132), 132, 133);
        _expectLengthRefused(_cut(code, 139), 139, 140);
        _expectLengthRefused(_cut(code, 349), 349, 350);
        _expectLengthRefused(_cut(code, 439), 439, 440);
        _expectLengthRefused(_cut(code, 446), 446, 447);
        _expectLengthRefused(_cut(code, 806), 806, 807);
        _expectLengthRefused(bytes.concat(code, hex"00"), 808, 807);
    }

    function test_RevertWhen_LayerFieldIsInvalid() public {
        uint16[3] memory headers = [65, 133, 440];
        for (uint256 layer; layer < 3; ++layer) {
            uint256 header = headers[layer];
            _expectLayerRefused(header, abi.encodePacked(uint16(0)), layer, "width", 0, 512);
            _expectLayerRefused(header, abi.encodePacked(uint16(513)), layer, "width", 513, 512);
            _expectLayerRefused(header + 2, new bytes(4), layer, "multiplier", 0, layer == 2 ? 2 ** 32 - 1 : 65_535);
        }
        for (uint256 layer; layer < 2; ++layer) {
            uint256 header = headers[layer];
            _expectLayerRefused(header + 6, hex"00", layer, "shift", 0, 40);
            _expectLayerRefused(header + 6, hex"29", layer, "shift", 41, 40);
            _expectLayerRefused(header + 2, abi.encodePacked(uint32(65_536)), layer, "multiplier", 65_536, 65_535);
            _expectLayerRefused(header + 2, abi.encodePacked(uint32(9), uint8(3)), layer, "multiplier", 9, 8);
        }
        _expectLayerRefused(446, hex"01", 2, "shift", 1, 0);
    }

    function test_RevertWhen_UnitIsInvalid() public {
        _expectUnitRefused(72, hex"60", 0, "lane", 96, 96);
        _expectUnitRefused(72, hex"01", 0, "lane", 1, 96);
        _expectUnitRefused(73 + 3 * 2, abi.encodePacked(uint24(128)), 2, "slope", 128, 127);
        // slope 1 and the largest bias: at the largest lane the sum is 2^24 - 1 + 65,535
        bytes memory code = _with(_dense(), 73, abi.encodePacked(uint24(1)));
        code = _with(code, 103, abi.encodePacked(type(uint24).max));
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.UnitInvalid.selector, 0, bytes32("sum"), 16_842_750, 2 ** 24)
        );
        registry.register(code);
    }

    function test_RevertWhen_UnusedUnitIsNotZero() public {
        _expectPaddingRefused(73 + 3 * 4, abi.encodePacked(uint24(1)), 0, 4, 1);
        _expectPaddingRefused(103 + 3 * 9, abi.encodePacked(uint24(2 ** 23 - 7)), 0, 9, 7);
    }

    function test_RevertWhen_SumOfAnOutputCouldOverflow() public {
        // wide output 1: its bias opens the second word of biases; narrow output 30: its bias opens the block
        _expectSumRefused(140 + 30, 1, 1);
        _expectSumRefused(350, 1, 30);
        _expectSumRefused(447, 2, 0);
    }

    function test_Register_TakesTheLargestSum() public {
        // All weights of output 30 are 0 but one of 1, so |bias| may reach 2^23 - 128.
        bytes memory code = _with(_dense(), 380, hex"818080");
        code = _with(code, 410, hex"808080");

        registry.register(_with(code, 350, abi.encodePacked(uint24(2 ** 24 - 128))));

        code = _with(code, 350, abi.encodePacked(uint24(2 ** 24 - 127)));
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.OutputSumTooLarge.selector, 1, 30, uint256(2 ** 23), 2 ** 23)
        );
        registry.register(code);
    }

    function test_RevertWhen_UnusedWeightOrBiasIsNotZero() public {
        // layer 1, output 30: inputs 4 and 5 do not exist; outputs 31 to 39 do not
        _expectPaddingRefused(350 + 30 + 30 + 1, hex"81", 1, 30, 1);
        _expectPaddingRefused(350 + 30 + 30 + 2, hex"00", 1, 30, 128);
        _expectPaddingRefused(350 + 30 + 3, hex"81", 1, 31, 127);
        _expectPaddingRefused(350 + 27, abi.encodePacked(uint24(2 ** 23 + 3)), 1, 39, 3);
    }

    function test_RevertWhen_OutputsCouldOverflow() public {
        // One output of bias 255 and no weights: 255 times the largest multiplier is below 2^40, 257 times is not.
        bytes memory code = _with(_dense(), 442, abi.encodePacked(type(uint32).max));
        for (uint256 word; word < 11; ++word) {
            code = _with(code, 477 + 30 * word, hex"808080");
        }

        registry.register(_with(code, 447, abi.encodePacked(uint24(2 ** 23 + 255))));

        code = _with(code, 447, abi.encodePacked(uint24(2 ** 23 - 257)));
        int256 sum = 257 * int256(uint256(type(uint32).max));
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.BlobBoundExceeded.selector, bytes32("outputs"), sum, 2 ** 40)
        );
        registry.register(code);
    }

    function test_Register_OfTheBenchedShapeFitsATransaction() public {
        bytes[] memory layers = new bytes[](3);
        layers[0] = ModelBuilder.randomLayer(64, 128, 1, false);
        layers[1] = ModelBuilder.randomLayer(128, 64, 2, false);
        layers[2] = ModelBuilder.randomLayer(64, 3, 3, true);
        bytes memory code = ModelBuilder.dense(ModelBuilder.randomUnits(64, 4), layers);

        uint256 gasBefore = gasleft();
        registry.register(code);

        assertLt(gasBefore - gasleft(), 2 ** 24 - 1_000_000, "EIP-7825, less what the calldata costs");
    }

    /// @dev Two trees of depth 3; `leaf` is the first of each, the others are 0.
    function _forest(int32 leaf) private pure returns (bytes memory) {
        int32[] memory leaves = new int32[](8);
        leaves[0] = leaf;
        bytes[] memory trees = new bytes[](2);
        trees[0] = ModelBuilder.tree(5, 100, leaves);
        trees[1] = ModelBuilder.tree(0, -100, leaves);
        return ModelBuilder.forest(3, trees);
    }

    function _dense() private pure returns (bytes memory) {
        bytes[] memory layers = new bytes[](2);
        layers[0] = ModelBuilder.randomLayer(4, 31, 1, false);
        layers[1] = ModelBuilder.randomLayer(31, 1, 2, true);
        return ModelBuilder.dense(ModelBuilder.randomUnits(4, 3), layers);
    }

    function _with(bytes memory code, uint256 offset, bytes memory value) private pure returns (bytes memory changed) {
        changed = bytes.concat(code);
        for (uint256 i; i < value.length; ++i) {
            changed[offset + i] = value[i];
        }
    }

    function _cut(bytes memory code, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i; i < length; ++i) {
            cut[i] = code[i];
        }
    }

    function _expectFieldRefused(bytes memory code, bytes32 name, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BlobFieldInvalid.selector, name, value));
        registry.register(code);
    }

    function _expectLengthRefused(bytes memory code, uint256 length, uint256 expected) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BlobLengthInvalid.selector, length, expected));
        registry.register(code);
    }

    function _expectLayerRefused(
        uint256 offset,
        bytes memory value,
        uint256 layer,
        bytes32 name,
        uint256 found,
        uint256 limit
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.LayerFieldInvalid.selector, layer, name, found, limit));
        registry.register(_with(_dense(), offset, value));
    }

    function _expectUnitRefused(
        uint256 offset,
        bytes memory value,
        uint256 unit,
        bytes32 name,
        uint256 found,
        uint256 limit
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnitInvalid.selector, unit, name, found, limit));
        registry.register(_with(_dense(), offset, value));
    }

    function _expectPaddingRefused(uint256 offset, bytes memory value, uint256 layer, uint256 output, uint256 sum)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.PaddingInvalid.selector, layer, output, sum));
        registry.register(_with(_dense(), offset, value));
    }

    /// @dev A bias of -2^23 at `offset`, to which the weights only add.
    function _expectSumRefused(uint256 offset, uint256 layer, uint256 output) private {
        bytes memory code = _with(_dense(), offset, new bytes(3));
        uint256 sum = _sumOfWeights(code, offset) * 127 + 2 ** 23;
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.OutputSumTooLarge.selector, layer, output, sum, 2 ** 23)
        );
        registry.register(code);
    }

    /// @dev Of the first output whose bias lies at `offset`: wide output 1, or the first of a narrow block.
    function _sumOfWeights(bytes memory code, uint256 offset) private pure returns (uint256 sum) {
        if (offset == 170) {
            for (uint256 i; i < 4; ++i) {
                sum += _size(code, 230 + 30 * i + 1);
            }
        } else {
            for (uint256 i; i < (offset == 350 ? 4 : 31); ++i) {
                sum += _size(code, offset + 30 + 30 * (i / 3) + i % 3);
            }
        }
    }

    function _size(bytes memory code, uint256 offset) private pure returns (uint256) {
        uint8 weight = uint8(code[offset]);
        return weight < 128 ? 128 - weight : weight - 128;
    }

    function _expectFieldInvalid(Blob memory b, bytes32 name, uint256 value) private {
        _expectRefused(b, abi.encodeWithSelector(IModelRegistry.BlobFieldInvalid.selector, name, value));
    }

    function _expectBoundExceeded(Blob memory b, bytes32 name, int256 value) private {
        _expectRefused(
            b, abi.encodeWithSelector(IModelRegistry.BlobBoundExceeded.selector, name, value, uint256(2 ** 40))
        );
    }

    function _expectRefused(Blob memory b, bytes memory reason) private {
        vm.expectRevert(reason);
        registry.register(_encode(b));
    }

    function _blob() private pure returns (Blob memory) {
        return Blob({
            magic: "IYIM",
            version: 1,
            kind: 1,
            featureSet: 1,
            period: 86_400,
            horizon: 5,
            minCandles: 160,
            inputs: 6,
            reserved: 0,
            closeToRange: 1234,
            bias: -5678,
            weights: new bytes(24)
        });
    }

    function _encode(Blob memory b) private pure returns (bytes memory) {
        bytes memory header = abi.encodePacked(b.magic, b.version, b.kind, b.featureSet, b.period, b.horizon);
        return abi.encodePacked(header, b.minCandles, b.inputs, b.reserved, b.closeToRange, b.bias, b.weights);
    }
}
