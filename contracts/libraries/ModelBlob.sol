// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBytes} from "solady/src/utils/LibBytes.sol";

/// @title ModelBlob
/// @notice Reads the header of a model blob; docs/formats.md gives the layout.
/// @dev Offsets are bytes from the start of the blob. Nothing is checked here: `ModelRegistry` has done it.
library ModelBlob {
    bytes4 internal constant MAGIC = "IYIM";
    uint8 internal constant VERSION = 1;
    uint256 internal constant HEADER_LENGTH = 32;

    function magic(bytes memory blob) internal pure returns (bytes4) {
        return bytes4(LibBytes.load(blob, 0));
    }

    function version(bytes memory blob) internal pure returns (uint8) {
        return uint8(_header(blob) >> 216);
    }

    function kind(bytes memory blob) internal pure returns (uint8) {
        return uint8(_header(blob) >> 208);
    }

    function featureSet(bytes memory blob) internal pure returns (uint16) {
        return uint16(_header(blob) >> 192);
    }

    function period(bytes memory blob) internal pure returns (uint32) {
        return uint32(_header(blob) >> 160);
    }

    function horizon(bytes memory blob) internal pure returns (uint16) {
        return uint16(_header(blob) >> 144);
    }

    function minCandles(bytes memory blob) internal pure returns (uint16) {
        return uint16(_header(blob) >> 128);
    }

    function inputs(bytes memory blob) internal pure returns (uint8) {
        return uint8(_header(blob) >> 120);
    }

    function reserved(bytes memory blob) internal pure returns (uint56) {
        return uint56(_header(blob) >> 64);
    }

    function closeToRangeQ32(bytes memory blob) internal pure returns (int64) {
        return int64(uint64(_header(blob)));
    }

    function _header(bytes memory blob) private pure returns (uint256 header) {
        assembly ("memory-safe") {
            header := mload(add(blob, 32))
        }
    }
}
