// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBytes} from "solady/src/utils/LibBytes.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {ISignedSource} from "../interfaces/ISignedSource.sol";
import {Features} from "./Features.sol";

/// @title MarketCode
/// @notice Keeps the parameters of a market, which never change, as the code of a contract of its own.
/// @dev Its address follows from the market's id, so one cold read brings every parameter and every source:
/// - word 0: `candleSource` 20 bytes, `bandBps` 2, `sourceMaxAge` 4, `period` 4, `minSources` 1, confirmers 1
/// - word 1: `maxGap` 4 bytes, `periodsPerYear` 2, `featureSet` 2, `alphasQ32` 6 times 4
/// - from byte 64: `deviationBps` 2 bytes, then 20 of each source
/// Confirmers are the sources other than `candleSource`.
library MarketCode {
    uint256 private constant DEVIATION_OFFSET = 64;
    uint256 private constant SOURCES_OFFSET = 66;
    uint256 private constant SOURCE_LENGTH = 20;

    /// @notice Writes `params` as the code of `market`, which must have none.
    function write(MarketId market, MarketParams calldata params) internal {
        bytes memory alphas;
        for (uint256 i; i < Features.WORDS; ++i) {
            alphas = bytes.concat(alphas, bytes4(params.alphasQ32[i]));
        }
        bytes memory list;
        uint8 others;
        for (uint256 i; i < params.sources.length; ++i) {
            list = bytes.concat(list, bytes20(address(params.sources[i])));
            if (params.sources[i] != params.candleSource) ++others;
        }

        bytes memory first = abi.encodePacked(
            params.candleSource, params.bandBps, params.sourceMaxAge, params.period, params.minSources, others
        );
        bytes memory second = abi.encodePacked(params.maxGap, params.periodsPerYear, params.featureSet, alphas);
        SSTORE2.writeDeterministic(
            bytes.concat(first, second, bytes2(params.deviationBps), list), MarketId.unwrap(market)
        );
    }

    /// @notice Returns the code of `market`; empty when it was never written.
    /// @dev In plain Solidity, which asks for the size twice:
    /// `if (pointer.code.length > 0) code = SSTORE2.read(pointer);`
    function read(MarketId market) internal view returns (bytes memory code) {
        address pointer = SSTORE2.predictDeterministicAddress(MarketId.unwrap(market));
        assembly ("memory-safe") {
            let size := extcodesize(pointer)
            if size {
                // The STOP byte becomes the last byte of the length, which is then written over it.
                code := mload(0x40)
                mstore(0x40, add(code, and(add(size, 0x3e), not(0x1f))))
                extcodecopy(pointer, add(code, 0x1f), 0x00, size)
                mstore(code, sub(size, 1))
            }
        }
    }

    function exists(MarketId market) internal view returns (bool) {
        return SSTORE2.predictDeterministicAddress(MarketId.unwrap(market)).code.length > 0;
    }

    function decode(bytes memory code) internal pure returns (MarketParams memory) {
        return MarketParams({
            sources: sources(code),
            candleSource: candleSource(code),
            minSources: uint8(minSources(code)),
            bandBps: uint16(bandBps(code)),
            deviationBps: uint16(bytes2(LibBytes.load(code, DEVIATION_OFFSET))),
            sourceMaxAge: uint32(sourceMaxAge(code)),
            period: uint32(period(code)),
            maxGap: uint32(maxGap(code)),
            periodsPerYear: uint16(_word(code, 1) >> 208),
            featureSet: uint16(_word(code, 1) >> 192),
            alphasQ32: _unpackAlphas(alphasQ32(code))
        });
    }

    function candleSource(bytes memory code) internal pure returns (ISignedSource) {
        return ISignedSource(address(uint160(_word(code, 0) >> 96)));
    }

    function bandBps(bytes memory code) internal pure returns (uint256) {
        return uint16(_word(code, 0) >> 80);
    }

    function sourceMaxAge(bytes memory code) internal pure returns (uint256) {
        return uint32(_word(code, 0) >> 48);
    }

    function period(bytes memory code) internal pure returns (uint256) {
        return uint32(_word(code, 0) >> 16);
    }

    function minSources(bytes memory code) internal pure returns (uint256) {
        return uint8(_word(code, 0) >> 8);
    }

    function confirmers(bytes memory code) internal pure returns (uint256) {
        return uint8(_word(code, 0));
    }

    function maxGap(bytes memory code) internal pure returns (uint256) {
        return _word(code, 1) >> 224;
    }

    /// @notice Returns the smoothing factors, 32 bits each, that of word 5 in the least significant bits.
    function alphasQ32(bytes memory code) internal pure returns (uint256) {
        return uint192(_word(code, 1));
    }

    function sources(bytes memory code) internal pure returns (IPriceSource[] memory list) {
        list = new IPriceSource[]((code.length - SOURCES_OFFSET) / SOURCE_LENGTH);
        for (uint256 i; i < list.length; ++i) {
            bytes32 word = LibBytes.load(code, SOURCES_OFFSET + SOURCE_LENGTH * i);
            list[i] = IPriceSource(address(bytes20(word)));
        }
    }

    function _word(bytes memory code, uint256 index) private pure returns (uint256) {
        return uint256(LibBytes.load(code, 32 * index));
    }

    function _unpackAlphas(uint256 packed) private pure returns (uint32[] memory list) {
        list = new uint32[](Features.WORDS);
        for (uint256 i; i < list.length; ++i) {
            list[i] = uint32(packed >> (32 * (list.length - 1 - i)));
        }
    }
}
