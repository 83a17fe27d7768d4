// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Models} from "./Models.sol";

contract ModelsHarness {
    function evaluate(bytes calldata blob, bytes32[] calldata lanes) external pure returns (int256[] memory outputs) {
        bytes memory code = blob;
        outputs = new int256[](lanes.length);
        for (uint256 i; i < lanes.length; ++i) {
            outputs[i] = Models.evaluate(code, lanes[i]);
        }
    }
}
