// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {IModelRegistry, Model, ModelId, ModelKind} from "../interfaces/IModelRegistry.sol";
import {Features} from "../libraries/Features.sol";
import {Linear} from "../libraries/Linear.sol";
import {ModelBlob} from "../libraries/ModelBlob.sol";

contract ModelRegistry is IModelRegistry {
    using ModelBlob for bytes;

    uint256 private constant MAX_HORIZON = 255; // candles; bounds the ring of a feed
    uint256 private constant TERM_BOUND_Q32 = 2 ** 40; // of bias and closeToRange: their sum and 16 products fit int64

    mapping(ModelId modelId => address) private _blobs;

    /// @inheritdoc IModelRegistry
    function register(bytes calldata code) external returns (ModelId modelId) {
        modelId = ModelId.wrap(keccak256(code));
        if (_blobs[modelId] != address(0)) return modelId;
        _checkBlob(code);

        address pointer = SSTORE2.write(code);
        _blobs[modelId] = pointer;

        emit ModelRegistered(modelId, msg.sender, pointer, ModelKind.Linear, ModelBlob.horizon(code));
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
    function _checkBlob(bytes memory code) private pure {
        require(code.length >= Linear.length(0), BlobLengthInvalid(code.length, Linear.length(0)));
        require(code.magic() == ModelBlob.MAGIC, BlobMagicInvalid(code.magic()));

        _checkField(code.version() == ModelBlob.VERSION, "version", code.version());
        _checkField(code.kind() == uint8(ModelKind.Linear), "kind", code.kind());
        _checkField(code.featureSet() == Features.SET, "featureSet", code.featureSet());
        _checkField(code.period() > 0, "period", 0);
        _checkField(code.horizon() > 0 && code.horizon() <= MAX_HORIZON, "horizon", code.horizon());
        _checkField(code.inputs() == Features.LANES, "inputs", code.inputs());
        _checkField(code.reserved() == 0, "reserved", code.reserved());

        uint256 length = Linear.length(code.inputs());
        require(code.length == length, BlobLengthInvalid(code.length, length));
        _checkTerm("closeToRange", code.closeToRangeQ32());
        _checkTerm("bias", Linear.biasQ32(code));
    }

    function _checkField(bool isValid, bytes32 name, uint256 value) private pure {
        require(isValid, BlobFieldInvalid(name, value));
    }

    /// @dev Weights need no bound: 16 products of int32 and int16 stay below 2^50.
    function _checkTerm(bytes32 name, int256 value) private pure {
        bool isBounded = -int256(TERM_BOUND_Q32) < value && value < int256(TERM_BOUND_Q32);
        require(isBounded, BlobBoundExceeded(name, value, TERM_BOUND_Q32));
    }
}
