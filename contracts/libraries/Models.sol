// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ModelKind} from "../interfaces/IModelRegistry.sol";
import {Forest} from "./Forest.sol";
import {Inference} from "./Inference.sol";
import {Linear} from "./Linear.sol";
import {ModelBlob} from "./ModelBlob.sol";

/// @title Models
/// @notice Runs a model of any kind: a linear model, and what the other kinds add to it.
library Models {
    /// @notice Returns the output of the registered model in `blob` on `lanes`, Q32.
    function evaluate(bytes memory blob, bytes32 lanes) internal pure returns (int256 outputQ32) {
        outputQ32 = Linear.evaluate(blob, lanes);

        // safe: terms below 2^50 and 2^40
        unchecked {
            uint256 kind = ModelBlob.kind(blob);
            if (kind == uint8(ModelKind.Linear)) return outputQ32;
            if (kind == uint8(ModelKind.Forest)) return outputQ32 + Forest.correction(blob, lanes);
            return outputQ32 + Inference.correction(blob, lanes);
        }
    }
}
