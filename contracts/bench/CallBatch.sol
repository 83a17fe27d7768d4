// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title CallBatch
/// @notice Makes several calls in one transaction.
/// @dev Bench only.
contract CallBatch {
    struct Call {
        address target;
        bytes data;
    }

    /// @custom:access anyone
    function run(Call[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; i++) {
            Address.functionCall(calls[i].target, calls[i].data);
        }
    }
}
