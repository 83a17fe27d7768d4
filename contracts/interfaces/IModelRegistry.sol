// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// keccak256 of the model's blob.
type ModelId is bytes32;

enum ModelKind {
    None,
    Linear
}

/// Where a blob lies and what it was made for, read from its header.
struct Model {
    address blob; // contract whose code is a STOP byte and the blob
    ModelKind kind;
    uint16 featureSet;
    uint32 period; // seconds a candle
    uint16 horizon; // candles ahead
    uint16 minCandles; // candles the feature state must have seen
}

/// @title IModelRegistry
/// @notice Models as contract code. The blob format is in docs/formats.md; a blob that could overflow is refused.
interface IModelRegistry {
    event ModelRegistered(
        ModelId indexed modelId, address indexed author, address blob, ModelKind kind, uint16 horizon
    );

    error ModelUnknown(ModelId modelId);
    error BlobLengthInvalid(uint256 length, uint256 expected);
    error BlobMagicInvalid(bytes4 magic);
    error BlobFieldInvalid(bytes32 name, uint256 value);
    error BlobBoundExceeded(bytes32 name, int256 value, uint256 bound);

    /// @notice Stores `blob` as code and returns its id. Registering the same blob again returns the same id.
    /// @custom:access anyone; a feed uses a model only when its governor says so
    function register(bytes calldata blob) external returns (ModelId modelId);

    /// @notice Returns the model, or reverts when it was never registered.
    function model(ModelId modelId) external view returns (Model memory);

    /// @notice Returns the whole blob.
    function blob(ModelId modelId) external view returns (bytes memory);
}
