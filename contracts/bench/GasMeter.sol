// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title GasMeter
/// @notice Measures a call twice in one transaction: with everything it touches cold, then warm.
/// @dev Bench only. Each figure includes what the caller pays for the call itself.
contract GasMeter {
    event Measured(uint256 cold, uint256 warm);

    /// @custom:access anyone
    function measure(address target, bytes calldata data) external {
        bytes memory call = data;
        uint256 cold = _gasOf(target, call);
        uint256 warm = _gasOf(target, call);

        emit Measured(cold, warm);
    }

    function _gasOf(address target, bytes memory data) private returns (uint256 spent) {
        spent = gasleft();
        Address.functionCall(target, data);
        spent -= gasleft();
    }
}
