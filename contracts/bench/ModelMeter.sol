// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {Models} from "../libraries/Models.sol";

/// @title ModelMeter
/// @notice Measures one run of a registered model: its code read, the model evaluated.
/// @dev Bench only.
contract ModelMeter {
    event Evaluated(int256 outputQ32, uint256 gasUsed);

    /// @param blob the contract whose code is the model
    /// @custom:access anyone
    function evaluate(address blob, bytes32 lanes) external {
        uint256 gasBefore = gasleft();
        int256 outputQ32 = Models.evaluate(SSTORE2.read(blob), lanes);
        uint256 gasAfter = gasleft();

        emit Evaluated(outputQ32, gasBefore - gasAfter);
    }
}
