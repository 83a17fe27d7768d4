// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {IModelRegistry, Model, ModelId, ModelKind} from "../interfaces/IModelRegistry.sol";
import {ModelRegistry} from "./ModelRegistry.sol";

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
        b.kind = 2;
        _expectFieldInvalid(b, "kind", 2);

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
