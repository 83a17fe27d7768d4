// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {LibBytes} from "solady/src/utils/LibBytes.sol";

import {ISignedSource} from "../interfaces/ISignedSource.sol";

/// @title QuorumSig
/// @notice Verifies that a quorum of a fixed set has signed a digest.
/// @dev Signatures are 65-byte `r ‖ s ‖ v` without separators. Signers and signatures both ascend, so one walk over the
/// set finds every signer and nobody counts twice. ECDSA refuses a high `s` and a recovered zero address.
library QuorumSig {
    uint256 internal constant SIGNATURE_LENGTH = 65;
    uint256 internal constant SIGNER_LENGTH = 20;

    /// @notice Reverts unless `signatures` are of `quorum` or more members of `set`, every one of them valid.
    /// @param set 20-byte addresses without separators, strictly ascending
    function requireQuorum(bytes32 digest, bytes calldata signatures, bytes memory set, uint256 quorum) internal pure {
        require(
            signatures.length % SIGNATURE_LENGTH == 0, ISignedSource.SignatureLengthInvalid(signatures.length)
        );
        uint256 count = signatures.length / SIGNATURE_LENGTH;
        require(count >= quorum, ISignedSource.QuorumShort(count, quorum));

        address previous;
        uint256 position;
        for (uint256 i; i < count; ++i) {
            bytes calldata signature = signatures[SIGNATURE_LENGTH * i:SIGNATURE_LENGTH * (i + 1)];
            address signer = ECDSA.recoverCalldata(digest, signature);
            require(signer > previous, ISignedSource.SignersNotAscending(signer, previous));

            position = _find(set, position, signer);
            previous = signer;
        }
    }

    /// @notice Returns how many signers `set` holds.
    function size(bytes memory set) internal pure returns (uint256) {
        return set.length / SIGNER_LENGTH;
    }

    /// @notice Returns the signer at `position` of `set`; `position` must be below its size.
    function at(bytes memory set, uint256 position) internal pure returns (address) {
        return address(bytes20(LibBytes.load(set, SIGNER_LENGTH * position)));
    }

    function _find(bytes memory set, uint256 from, address signer) private pure returns (uint256 position) {
        uint256 end = size(set);
        for (position = from; position < end; ++position) {
            if (at(set, position) == signer) return position;
        }
        revert ISignedSource.SignerUnknown(signer);
    }
}
