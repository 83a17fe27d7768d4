// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {IModelRegistry, Model, ModelId, ModelKind} from "../interfaces/IModelRegistry.sol";
import {Features} from "../libraries/Features.sol";
import {Linear} from "../libraries/Linear.sol";
import {ModelBlob} from "../libraries/ModelBlob.sol";
import {ModelBounds} from "../libraries/ModelBounds.sol";

contract ModelRegistry is IModelRegistry {
    using ModelBlob for bytes;

    uint256 private constant MAX_LENGTH = 24_575; // bytes: a contract's largest code (EIP-170) without the STOP byte
    uint256 private constant MAX_HORIZON = 255; // candles; bounds the ring of a feed

    mapping(ModelId modelId => address) private _blobs;

    /// @inheritdoc IModelRegistry
    function register(bytes calldata code) external returns (ModelId modelId) {
        modelId = ModelId.wrap(keccak256(code));
        if (_blobs[modelId] != address(0)) return modelId;
        bytes memory checked = code;
        ModelKind kind = _checkBlob(checked);

        address pointer = SSTORE2.write(checked);
        _blobs[modelId] = pointer;

        emit ModelRegistered(modelId, msg.sender, pointer, kind, checked.horizon());
    }

    /// @inheritdoc IModelRegistry
    function model(ModelId modelId) external view returns (Model memory) {
        address pointer = _pointer(modelId);
        bytes memory code = SSTORE2.read(pointer);
        return Model({
            blob: pointer,
            kind: ModelKind(code.kind()),
            featureSet: code.featureSet(),
            period: code.period(),
            horizon: code.horizon(),
            minCandles: code.minCandles()
        });
    }

    /// @inheritdoc IModelRegistry
    function blob(ModelId modelId) external view returns (bytes memory) {
        return SSTORE2.read(_pointer(modelId));
    }

    function _pointer(ModelId modelId) private view returns (address pointer) {
        pointer = _blobs[modelId];
        require(pointer != address(0), ModelUnknown(modelId));
    }

    /// @dev Length before fields, so that no field is read beyond the end.
    function _checkBlob(bytes memory code) private pure returns (ModelKind kind) {
        require(code.length >= Linear.length(0), BlobLengthInvalid(code.length, Linear.length(0)));
        require(code.length <= MAX_LENGTH, BlobTooLong(code.length, MAX_LENGTH));
        require(code.magic() == ModelBlob.MAGIC, BlobMagicInvalid(code.magic()));

        _checkField(code.version() == ModelBlob.VERSION, "version", code.version());
        _checkField(code.kind() > 0 && code.kind() <= uint8(type(ModelKind).max), "kind", code.kind());
        _checkField(code.featureSet() == Features.SET, "featureSet", code.featureSet());
        _checkField(code.period() > 0, "period", 0);
        _checkField(code.horizon() > 0 && code.horizon() <= MAX_HORIZON, "horizon", code.horizon());
        _checkField(code.inputs() == Features.LANES, "inputs", code.inputs());
        _checkField(code.reserved() == 0, "reserved", code.reserved());

        kind = ModelKind(code.kind());
        if (kind == ModelKind.Linear) ModelBounds.checkLength(code, Linear.length(code.inputs()));
        ModelBounds.checkLinear(code);
        if (kind == ModelKind.Forest) ModelBounds.checkForest(code);
        if (kind == ModelKind.Dense) ModelBounds.checkDense(code);
    }

    function _checkField(bool isValid, bytes32 name, uint256 value) private pure {
        require(isValid, BlobFieldInvalid(name, value));
    }
}
