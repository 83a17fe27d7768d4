// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Test} from "forge-std/Test.sol";

import {ISignedSource} from "../interfaces/ISignedSource.sol";
import {QuorumSig} from "./QuorumSig.sol";

contract QuorumSigHarness {
    function requireQuorum(bytes32 digest, bytes calldata signatures, bytes memory set, uint256 quorum) external pure {
        QuorumSig.requireQuorum(digest, signatures, set, quorum);
    }
}

contract QuorumSigTest is Test {
    bytes32 private constant DIGEST = keccak256("report");
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 private constant SIGNERS = 7;
    uint256 private constant QUORUM = 5;

    QuorumSigHarness private harness = new QuorumSigHarness();
    uint256[] private keys; // ascending by address
    bytes private set;

    function setUp() public {
        for (uint256 i; i < SIGNERS; ++i) {
            keys.push(uint256(keccak256(abi.encode("signer", i))));
            for (uint256 j = i; j > 0 && vm.addr(keys[j - 1]) > vm.addr(keys[j]); --j) {
                (keys[j - 1], keys[j]) = (keys[j], keys[j - 1]);
            }
        }
        for (uint256 i; i < SIGNERS; ++i) {
            set = bytes.concat(set, bytes20(vm.addr(keys[i])));
        }
    }

    function test_Quorum_IsReachedByExactlySoMany() public view {
        harness.requireQuorum(DIGEST, _sign(0, QUORUM), set, QUORUM);
    }

    function test_Quorum_IsReachedByAll() public view {
        harness.requireQuorum(DIGEST, _sign(0, SIGNERS), set, QUORUM);
    }

    function test_Quorum_IsReachedByTheLastSigners() public view {
        harness.requireQuorum(DIGEST, _sign(SIGNERS - QUORUM, SIGNERS), set, QUORUM);
    }

    function test_RevertWhen_SignaturesAreFewer() public {
        bytes memory signatures = _sign(0, QUORUM - 1);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.QuorumShort.selector, QUORUM - 1, QUORUM));
        harness.requireQuorum(DIGEST, signatures, set, QUORUM);
    }

    function test_RevertWhen_LengthIsNoMultipleOf65() public {
        bytes memory signatures = bytes.concat(_sign(0, QUORUM), hex"00");

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.SignatureLengthInvalid.selector, QUORUM * 65 + 1));
        harness.requireQuorum(DIGEST, signatures, set, QUORUM);
    }

    function test_RevertWhen_SignerIsUnknown() public {
        uint256 stranger = uint256(keccak256("stranger"));
        bytes memory signatures = _signature(stranger);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.SignerUnknown.selector, vm.addr(stranger)));
        harness.requireQuorum(DIGEST, signatures, set, 1);
    }

    function test_RevertWhen_AnotherDigestWasSigned() public {
        bytes memory signatures = _sign(0, QUORUM);

        vm.expectPartialRevert(ISignedSource.SignerUnknown.selector);
        harness.requireQuorum(keccak256("another"), signatures, set, QUORUM);
    }

    function test_O3_RevertWhen_SignerIsRepeated() public {
        bytes memory signatures = bytes.concat(_signature(keys[0]), _signature(keys[0]));
        address signer = vm.addr(keys[0]);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.SignersNotAscending.selector, signer, signer));
        harness.requireQuorum(DIGEST, signatures, set, 2);
    }

    function test_O3_RevertWhen_SignersDescend() public {
        bytes memory signatures = bytes.concat(_signature(keys[1]), _signature(keys[0]));

        vm.expectRevert(
            abi.encodeWithSelector(ISignedSource.SignersNotAscending.selector, vm.addr(keys[0]), vm.addr(keys[1]))
        );
        harness.requireQuorum(DIGEST, signatures, set, 2);
    }

    function test_O3_RevertWhen_SignatureRecoversToZero() public {
        bytes memory signatures = abi.encodePacked(bytes32(0), bytes32(0), uint8(27));

        vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        harness.requireQuorum(DIGEST, signatures, abi.encodePacked(address(0)), 1);
    }

    function test_O3_RevertWhen_VIsNeither27Nor28() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[0], DIGEST);

        vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        harness.requireQuorum(DIGEST, abi.encodePacked(r, s, v - 27), set, 1);
    }

    function test_O3_RevertWhen_SIsInTheUpperHalf() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[0], DIGEST);
        bytes32 mirrored = bytes32(CURVE_ORDER - uint256(s));

        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, mirrored));
        harness.requireQuorum(DIGEST, abi.encodePacked(r, mirrored, v == 27 ? uint8(28) : uint8(27)), set, 1);
    }

    function testFuzz_Quorum_AcceptsAnySubsetThatIsLargeEnough(uint256 mask) public {
        bytes memory signatures;
        uint256 count;
        for (uint256 i; i < SIGNERS; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            signatures = bytes.concat(signatures, _signature(keys[i]));
            ++count;
        }

        if (count < QUORUM) vm.expectRevert(abi.encodeWithSelector(ISignedSource.QuorumShort.selector, count, QUORUM));
        harness.requireQuorum(DIGEST, signatures, set, QUORUM);
    }

    function _sign(uint256 from, uint256 to) private view returns (bytes memory signatures) {
        for (uint256 i = from; i < to; ++i) {
            signatures = bytes.concat(signatures, _signature(keys[i]));
        }
    }

    function _signature(uint256 key) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, DIGEST);
        return abi.encodePacked(r, s, v);
    }
}
