// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// keccak256 of the model's blob.
type ModelId is bytes32;

/// Every kind has a linear model; a forest or a dense network adds a correction to it.
enum ModelKind {
    None,
    Linear,
    Forest,
    Dense
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
/// @dev What is refused is refused before anything is stored, and for any lanes: bounds are proved from the weights.
interface IModelRegistry {
    event ModelRegistered(
        ModelId indexed modelId, address indexed author, address blob, ModelKind kind, uint16 horizon
    );

    error ModelUnknown(ModelId modelId);
    error BlobLengthInvalid(uint256 length, uint256 expected);
    error BlobTooLong(uint256 length, uint256 bound);
    error BlobMagicInvalid(bytes4 magic);
    error BlobFieldInvalid(bytes32 name, uint256 value);
    /// @dev Q32. `name` is bias, closeToRange, leaves (sum over trees of the largest leaf) or outputs (the largest sum
    /// of the last layer's outputs, times its multiplier).
    error BlobBoundExceeded(bytes32 name, int256 value, uint256 bound);

    /// @dev `value` is what stands in the node; a lane is named by 16 times its index, so `bound` is 16 · inputs.
    error TreeLaneInvalid(uint256 tree, uint256 node, uint256 value, uint256 bound);

    /// @dev Layer 0 is the input units. `name` is width, multiplier or shift.
    error LayerFieldInvalid(uint256 layer, bytes32 name, uint256 value, uint256 bound);
    /// @dev `name` is lane, slope or sum.
    error UnitInvalid(uint256 unit, bytes32 name, uint256 value, uint256 bound);
    /// @dev The largest sum that the weights and bias of this output allow, either way.
    error OutputSumTooLarge(uint256 layer, uint256 output, uint256 sum, uint256 bound);
    /// @dev Weights and biases that nothing uses, in the last block of a layer, must be zero; they add up to `sum`.
    error PaddingInvalid(uint256 layer, uint256 output, uint256 sum);

    /// @notice Stores `blob` as code and returns its id. Registering the same blob again returns the same id.
    /// @custom:access anyone; a feed uses a model only when its governor says so
    function register(bytes calldata blob) external returns (ModelId modelId);

    /// @notice Returns the model, or reverts when it was never registered.
    function model(ModelId modelId) external view returns (Model memory);

    /// @notice Returns the whole blob.
    function blob(ModelId modelId) external view returns (bytes memory);
}
