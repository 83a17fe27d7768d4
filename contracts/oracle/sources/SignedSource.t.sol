// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Test} from "forge-std/Test.sol";

import {MarketId} from "../../interfaces/IPriceSource.sol";
import {Candle, ISignedSource} from "../../interfaces/ISignedSource.sol";
import {SignedSource} from "./SignedSource.sol";

contract SignedSourceTest is Test {
    MarketId private constant MARKET = MarketId.wrap("SPX/USD");
    uint256 private constant NOW = 1_167_868_800;
    uint256 private constant SIGNERS = 4;
    uint8 private constant QUORUM = 3;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant PRICE_TYPE = keccak256("PriceReport(bytes32 market,uint128 price,uint48 observedAt)");
    bytes32 private constant CANDLE_TYPE = keccak256(
        "CandleReport(bytes32 market,uint48 start,uint48 end,uint128 open,uint128 high,uint128 low,uint128 close)"
    );

    AccessManager private manager;
    SignedSource private source;
    uint256[] private keys; // ascending by address
    address[] private addresses;

    function setUp() public {
        vm.warp(NOW);
        for (uint256 i; i < SIGNERS; ++i) {
            keys.push(uint256(keccak256(abi.encode("node", i))));
            for (uint256 j = i; j > 0 && vm.addr(keys[j - 1]) > vm.addr(keys[j]); --j) {
                (keys[j - 1], keys[j]) = (keys[j], keys[j - 1]);
            }
        }
        for (uint256 i; i < SIGNERS; ++i) {
            addresses.push(vm.addr(keys[i]));
        }
        manager = new AccessManager(address(this));
        source = new SignedSource(address(manager), addresses, QUORUM);
    }

    /* PRICE */

    function test_SubmitPrice_StoresAndEmits() public {
        bytes memory signatures = _signPrice(1400e8, NOW);

        vm.expectEmit(address(source));
        emit ISignedSource.PriceReported(MARKET, 1400e8, uint48(NOW));
        vm.prank(makeAddr("anyone"));
        source.submitPrice(MARKET, 1400e8, uint48(NOW), signatures);

        (uint128 price, uint48 observedAt) = source.observation(MARKET);
        assertEq(price, 1400e8);
        assertEq(observedAt, NOW);
    }

    function test_Observation_IsZeroBeforeTheFirstReport() public view {
        (uint128 price, uint48 observedAt) = source.observation(MARKET);

        assertEq(price, 0);
        assertEq(observedAt, 0);
        assertEq(source.candle(MARKET).end, 0);
    }

    function test_RevertWhen_QuorumIsShort() public {
        bytes memory signatures = _sign(_priceHash(1400e8, NOW), QUORUM - 1);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.QuorumShort.selector, QUORUM - 1, QUORUM));
        source.submitPrice(MARKET, 1400e8, uint48(NOW), signatures);
    }

    function test_RevertWhen_ContentIsNotWhatWasSigned() public {
        bytes memory signatures = _signPrice(1400e8, NOW);

        vm.expectRevert(); // the recovered addresses are arbitrary: out of order or unknown
        source.submitPrice(MARKET, 1400e8 + 1, uint48(NOW), signatures);
        vm.expectRevert();
        source.submitPrice(MarketId.wrap("DOW/USD"), 1400e8, uint48(NOW), signatures);
    }

    function test_RevertWhen_PriceIsZero() public {
        bytes memory signatures = _signPrice(0, NOW);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportPriceZero.selector, MARKET));
        source.submitPrice(MARKET, 0, uint48(NOW), signatures);
    }

    function test_O2_RevertWhen_PriceIsOlderThanTheStoredOne() public {
        bytes memory older = _signPrice(1300e8, NOW - 1);
        _submitPrice(1400e8, NOW);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportNotNewer.selector, NOW - 1, NOW));
        source.submitPrice(MARKET, 1300e8, uint48(NOW - 1), older);
    }

    function test_O2_RevertWhen_PriceHasTheTimeOfTheStoredOne() public {
        bytes memory equal = _signPrice(1300e8, NOW);
        _submitPrice(1400e8, NOW);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportNotNewer.selector, NOW, NOW));
        source.submitPrice(MARKET, 1300e8, uint48(NOW), equal);
    }

    function test_O2_RevertWhen_PriceIsFromTheFuture() public {
        bytes memory signatures = _signPrice(1400e8, NOW + 1);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportFromFuture.selector, NOW + 1, NOW));
        source.submitPrice(MARKET, 1400e8, uint48(NOW + 1), signatures);
    }

    function testFuzz_O2_StoredTimeOnlyRises(uint32[6] memory ages) public {
        for (uint256 i; i < ages.length; ++i) {
            uint256 observedAt = NOW - bound(ages[i], 0, 100);
            (, uint48 before) = source.observation(MARKET);
            bytes memory signatures = _signPrice(uint128(1 + i), observedAt);

            if (observedAt <= before) {
                vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportNotNewer.selector, observedAt, before));
            }
            source.submitPrice(MARKET, uint128(1 + i), uint48(observedAt), signatures);

            (, uint48 stored) = source.observation(MARKET);
            assertEq(stored, observedAt > before ? observedAt : before);
        }
    }

    /* REPLAY */

    function test_O1_RevertWhen_ReportWasSignedForAnotherDeployment() public {
        SignedSource other = new SignedSource(address(manager), addresses, QUORUM);
        bytes memory signatures = _signPrice(1400e8, NOW);

        vm.expectRevert(); // the recovered addresses are arbitrary: out of order or unknown
        other.submitPrice(MARKET, 1400e8, uint48(NOW), signatures);
    }

    function test_O1_RevertWhen_ReportWasSignedBeforeAChainIdFork() public {
        bytes memory signatures = _signPrice(1400e8, NOW);
        vm.chainId(block.chainid + 1);

        vm.expectRevert(); // the recovered addresses are arbitrary: out of order or unknown
        source.submitPrice(MARKET, 1400e8, uint48(NOW), signatures);
    }

    function test_O1_SubmitPrice_WorksOnTheForkOnceSignedForIt() public {
        vm.chainId(block.chainid + 1);

        _submitPrice(1400e8, NOW);

        (uint128 price,) = source.observation(MARKET);
        assertEq(price, 1400e8);
    }

    /* ENCODING */

    // A report is the words that it decodes to. Its hash is taken of those, never of calldata, so no other encoding has
    // a meaning of its own: it decodes to what was signed, or it is refused.

    function test_O3_RevertWhen_PriceReportHasDirtyUpperBits() public {
        bytes memory call =
            abi.encodeCall(ISignedSource.submitPrice, (MARKET, 1400e8, uint48(NOW), _signPrice(1400e8, NOW)));

        _expectNotDecoded(_spoilt(call, 1, 128), "price");
        _expectNotDecoded(_spoilt(call, 2, 48), "observedAt");
        _expectNotDecoded(_spoilt(call, 3, 64), "where signatures begin");
        _expectNotDecoded(_spoilt(call, 4, 64), "length of the signatures");

        (bool isTaken,) = address(source).call(call);
        assertTrue(isTaken, "as it was");
    }

    function test_O3_RevertWhen_CandleReportHasDirtyUpperBits() public {
        Candle memory c = _candle(NOW - 1 days);
        bytes memory call = abi.encodeCall(ISignedSource.submitCandle, (MARKET, c, _signCandle(c)));

        _expectNotDecoded(_spoilt(call, 1, 48), "start");
        _expectNotDecoded(_spoilt(call, 2, 48), "end");
        _expectNotDecoded(_spoilt(call, 3, 128), "open");
        _expectNotDecoded(_spoilt(call, 4, 128), "high");
        _expectNotDecoded(_spoilt(call, 5, 128), "low");
        _expectNotDecoded(_spoilt(call, 6, 128), "close");

        (bool isTaken,) = address(source).call(call);
        assertTrue(isTaken, "as it was");
    }

    function testFuzz_O3_SignaturesMayLieAnywhereAndMeanTheSame(bytes memory gap, bytes memory behind) public {
        (bool isTaken,) = _submitAt(0x80 + gap.length, gap, behind);

        assertTrue(isTaken);
        (uint128 price, uint48 observedAt) = source.observation(MARKET);
        assertEq(price, 1400e8);
        assertEq(observedAt, NOW);
    }

    function testFuzz_O3_RevertWhen_SignaturesAreReadFromAnotherPlace(uint16 offset, bytes memory gap) public {
        vm.assume(offset != 0x80 + gap.length);

        (bool isTaken,) = _submitAt(offset, gap, gap);

        assertFalse(isTaken);
        (uint128 price,) = source.observation(MARKET);
        assertEq(price, 0);
    }

    function test_O3_RevertWhen_SignaturesOverlapTheReport() public {
        // The word that says where they begin is their length: 96 bytes are no signatures.
        (bool isTaken, bytes memory answer) = _submitAt(0x60, "", "");

        assertFalse(isTaken);
        assertEq(answer, abi.encodeWithSelector(ISignedSource.SignatureLengthInvalid.selector, 0x60));
    }

    function test_O3_RevertWhen_SignaturesEndBeyondTheCalldata() public {
        bytes memory call =
            abi.encodeCall(ISignedSource.submitPrice, (MARKET, 1400e8, uint48(NOW), _signPrice(1400e8, NOW)));

        // 195 bytes of signatures are padded to 224: without the padding they are whole, without their last byte not.
        _expectNotDecoded(_cut(call, call.length - 30), "a byte short");
        (bool isTaken,) = address(source).call(_cut(call, call.length - 29));
        assertTrue(isTaken, "whole");
    }

    /// @dev A good report whose signatures lie behind `gap`, but are said to begin at `offset`.
    function _submitAt(uint256 offset, bytes memory gap, bytes memory behind)
        private
        returns (bool isTaken, bytes memory answer)
    {
        bytes memory signatures = _signPrice(1400e8, NOW);
        bytes memory head = abi.encodePacked(MARKET, uint256(1400e8), NOW, offset);
        bytes memory tail = abi.encodePacked(gap, signatures.length, signatures, behind);
        return address(source).call(bytes.concat(ISignedSource.submitPrice.selector, head, tail));
    }

    /// @dev The decoder says nothing when it refuses.
    function _expectNotDecoded(bytes memory call, string memory what) private {
        (bool isTaken, bytes memory answer) = address(source).call(call);
        assertFalse(isTaken, what);
        assertEq(answer, "", what);
    }

    /// @dev `call` with one more bit set in its `word`th argument word.
    function _spoilt(bytes memory call, uint256 word, uint256 bit) private pure returns (bytes memory spoilt) {
        spoilt = bytes.concat(call);
        spoilt[4 + 32 * word + 31 - bit / 8] |= bytes1(uint8(1 << (bit % 8)));
    }

    function _cut(bytes memory call, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i; i < length; ++i) {
            cut[i] = call[i];
        }
    }

    /* CANDLE */

    function test_SubmitCandle_StoresAndEmits() public {
        Candle memory c = _candle(NOW - 1 days);
        bytes memory signatures = _signCandle(c);

        vm.expectEmit(address(source));
        emit ISignedSource.CandleReported(MARKET, c.start, c.end, c.open, c.high, c.low, c.close);
        source.submitCandle(MARKET, c, signatures);

        assertEq(abi.encode(source.candle(MARKET)), abi.encode(c));
    }

    function test_Storage_HoldsACandleInTwoSlots() public {
        Candle memory c = _candle(NOW - 1 days);
        source.submitCandle(MARKET, c, _signCandle(c));

        // _authority, two names of EIP712, _signerSet and _prices come first
        uint256 root = uint256(keccak256(abi.encode(MARKET, 5)));
        uint256 slot0 = uint256(vm.load(address(source), bytes32(root)));
        uint256 slot1 = uint256(vm.load(address(source), bytes32(root + 1)));
        assertEq(slot0, uint256(c.start) | uint256(c.open) << 48 | uint256(c.high) << 152);
        assertEq(slot1, uint256(c.end) | uint256(c.low) << 48 | uint256(c.close) << 152);
        assertEq(vm.load(address(source), bytes32(root + 2)), bytes32(0));
        uint256 signerSlot = uint256(vm.load(address(source), bytes32(uint256(3))));
        assertEq(uint8(signerSlot >> 160), QUORUM);
        assertEq(address(uint160(signerSlot)).code.length, 1 + 20 * SIGNERS);
    }

    function test_O2_RevertWhen_CandleStartsBeforeTheStoredEnd() public {
        Candle memory c = _candle(NOW - 1 days);
        bytes memory signatures = _signCandle(c);
        source.submitCandle(MARKET, c, signatures);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportNotNewer.selector, c.start, c.end));
        source.submitCandle(MARKET, c, signatures);
    }

    function test_SubmitCandle_TakesOneThatStartsAtTheStoredEnd() public {
        Candle memory c = _candle(NOW - 2 days);
        source.submitCandle(MARKET, c, _signCandle(c));
        c = _candle(NOW - 1 days);
        source.submitCandle(MARKET, c, _signCandle(c));

        assertEq(source.candle(MARKET).end, NOW);
    }

    function test_O2_RevertWhen_CandleHasNotEnded() public {
        Candle memory c = _candle(NOW - 1 days + 1);
        bytes memory signatures = _signCandle(c);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportFromFuture.selector, NOW + 1, NOW));
        source.submitCandle(MARKET, c, signatures);
    }

    function test_RevertWhen_CandleIsMalformed() public {
        Candle memory c = _candle(NOW - 1 days);
        c.low = 0;
        _expectMalformed(c);

        c = _candle(NOW - 1 days);
        c.low = c.close + 1;
        _expectMalformed(c);

        c = _candle(NOW - 1 days);
        c.high = c.open - 1;
        _expectMalformed(c);

        c = _candle(NOW - 1 days);
        c.end = c.start;
        _expectMalformed(c);
    }

    function test_RevertWhen_CandlePriceDoesNotFit() public {
        Candle memory c = _candle(NOW - 1 days);
        c.high = 2 ** 104;
        bytes memory signatures = _signCandle(c);

        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 104, uint256(2 ** 104))
        );
        source.submitCandle(MARKET, c, signatures);
    }

    function testFuzz_SubmitCandle_ReturnsWhatWasSigned(uint104 a, uint104 b, uint104 open, uint104 close) public {
        Candle memory c = _candle(NOW - 1 days);
        (c.low, c.high) = a < b ? (a, b) : (b, a);
        if (c.low == 0) (c.low, c.high) = (1, c.high + 1);
        if (c.high > type(uint104).max) c.high = type(uint104).max;
        c.open = uint128(bound(open, c.low, c.high));
        c.close = uint128(bound(close, c.low, c.high));

        source.submitCandle(MARKET, c, _signCandle(c));

        assertEq(abi.encode(source.candle(MARKET)), abi.encode(c));
    }

    function test_Multicall_TakesPriceAndCandleInOneTransaction() public {
        Candle memory c = _candle(NOW - 1 days);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(ISignedSource.submitPrice, (MARKET, 1400e8, uint48(NOW), _signPrice(1400e8, NOW)));
        calls[1] = abi.encodeCall(ISignedSource.submitCandle, (MARKET, c, _signCandle(c)));

        source.multicall(calls);

        (uint128 price,) = source.observation(MARKET);
        assertEq(price, 1400e8);
        assertEq(source.candle(MARKET).end, NOW);
    }

    /* SIGNERS */

    function test_SetSigners_ReplacesTheSetAtOnce() public {
        bytes memory signatures = _signPrice(1400e8, NOW);
        address[] memory successors = new address[](1);
        successors[0] = makeAddr("successor");

        vm.expectEmit(address(source));
        emit ISignedSource.SignersChanged(successors, 1);
        source.setSigners(successors, 1);

        assertEq(source.signers(), successors);
        assertEq(source.quorum(), 1);
        vm.expectRevert(abi.encodeWithSelector(ISignedSource.SignerUnknown.selector, addresses[0]));
        source.submitPrice(MARKET, 1400e8, uint48(NOW), signatures);
    }

    function test_Constructor_KeepsSignersAndQuorum() public view {
        assertEq(source.signers(), addresses);
        assertEq(source.quorum(), QUORUM);
    }

    function test_RevertWhen_QuorumIsHalfOrLessOrTooMany() public {
        uint8[3] memory quorums = [0, 2, 5];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ISignedSource.QuorumInvalid.selector, quorums[i], SIGNERS));
            source.setSigners(addresses, quorums[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(ISignedSource.QuorumInvalid.selector, 0, 0));
        source.setSigners(new address[](0), 0);
    }

    function test_O3_RevertWhen_SignerIsZeroOrRepeated() public {
        address[] memory list = new address[](1);
        vm.expectRevert(
            abi.encodeWithSelector(ISignedSource.SignersNotAscending.selector, address(0), address(0))
        );
        source.setSigners(list, 1);

        list = new address[](2);
        (list[0], list[1]) = (addresses[0], addresses[0]);
        vm.expectRevert(
            abi.encodeWithSelector(ISignedSource.SignersNotAscending.selector, addresses[0], addresses[0])
        );
        source.setSigners(list, 2);
    }

    function test_RevertWhen_StrangerSetsSigners() public {
        address stranger = makeAddr("stranger");

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        source.setSigners(addresses, QUORUM);
    }

    function _expectMalformed(Candle memory c) private {
        bytes memory signatures = _signCandle(c);

        vm.expectRevert(abi.encodeWithSelector(ISignedSource.CandleMalformed.selector, MARKET, c.start));
        source.submitCandle(MARKET, c, signatures);
    }

    function _candle(uint256 start) private pure returns (Candle memory) {
        return Candle({
            start: uint48(start),
            end: uint48(start + 1 days),
            open: 1400e8,
            high: 1420e8,
            low: 1390e8,
            close: 1410e8
        });
    }

    function _submitPrice(uint128 price, uint256 observedAt) private {
        source.submitPrice(MARKET, price, uint48(observedAt), _signPrice(price, observedAt));
    }

    function _signPrice(uint128 price, uint256 observedAt) private view returns (bytes memory) {
        return _sign(_priceHash(price, observedAt), QUORUM);
    }

    function _priceHash(uint128 price, uint256 observedAt) private pure returns (bytes32) {
        return keccak256(abi.encode(PRICE_TYPE, MARKET, price, observedAt));
    }

    function _signCandle(Candle memory c) private view returns (bytes memory) {
        return
            _sign(keccak256(abi.encode(CANDLE_TYPE, MARKET, c.start, c.end, c.open, c.high, c.low, c.close)), QUORUM);
    }

    /// @dev Signs for `source` on the present chain, the domain written out here.
    function _sign(bytes32 structHash, uint256 count) private view returns (bytes memory signatures) {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPE, keccak256("AIBOT IYI SignedSource"), keccak256("1"), block.chainid, address(source)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        for (uint256 i; i < count; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[i], digest);
            signatures = abi.encodePacked(signatures, r, s, v);
        }
    }
}
