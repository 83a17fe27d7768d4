// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ModelId} from "../interfaces/IModelRegistry.sol";
import {CandleState, IPriceBook, MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Level, Signal} from "../interfaces/ISignalFeed.sol";
import {Candle} from "../interfaces/ISignedSource.sol";
import {FixedMath} from "../libraries/FixedMath.sol";
import {ModelRegistry} from "./ModelRegistry.sol";
import {OracleTest} from "./OracleTest.t.sol";
import {SignalFeed} from "./SignalFeed.sol";
import {ScriptedSource} from "./Sources.t.sol";
import {SignedSource} from "./sources/SignedSource.sol";

/// Nodes, other sources, a governor and anyone, who do whatever they may at any time. What must come of it is computed
/// here a second time: medians by counting, features and model with arrays and loops.
contract OracleHandler is OracleTest {
    uint16 private constant HORIZON = 3;
    uint16 private constant MIN_CANDLES = 4;
    uint256 private constant NODES = 4;
    uint8 private constant QUORUM = 3;
    int256 private constant LN2_Q64 = 12786308645202655660;
    int256 private constant PARKINSON_Q64 = 3196577161300663915;
    int64 private constant HALF_LOG2_OF_252 = 17131078191;

    bytes32 private constant PRICE_TYPE = keccak256("PriceReport(bytes32 market,uint128 price,uint48 observedAt)");
    bytes32 private constant CANDLE_TYPE = keccak256(
        "CandleReport(bytes32 market,uint48 start,uint48 end,uint128 open,uint128 high,uint128 low,uint128 close)"
    );

    bool private immutable isStormy;
    SignedSource private signed;
    ScriptedSource[2] private others;
    ModelRegistry private registry;
    SignalFeed private feed;
    uint256[] private keys; // of the nodes, ascending by address

    uint128 private truth = 1400e8; // what honest sources say
    uint48 private lastEnd; // of the newest candle that nodes have signed

    // What the protocol should remember.
    int256[6] private words;
    int256 private logClose;
    uint32 private index;
    uint48 private closedAt;
    bool private isLive;
    bool private isGapped;
    uint128 private stored;
    IPriceBook.HaltReason private halted;
    uint256 private model; // which of the two the feed runs
    uint32 private lastRound;
    mapping(uint256 round => bytes32) private published; // hash of the signal

    uint256 public rounds;
    uint256 public halts;

    constructor(bool isStormy_) {
        isStormy = isStormy_;
        setUp();
        for (uint256 i; i < NODES; ++i) {
            keys.push(uint256(keccak256(abi.encode("node", i))));
            for (uint256 j = i; j > 0 && vm.addr(keys[j - 1]) > vm.addr(keys[j]); --j) {
                (keys[j - 1], keys[j]) = (keys[j], keys[j - 1]);
            }
        }
        address[] memory nodes = new address[](NODES);
        for (uint256 i; i < NODES; ++i) {
            nodes[i] = vm.addr(keys[i]);
        }
        signed = new SignedSource(address(manager), nodes, QUORUM);
        (others[0], others[1]) = (_newSource(truth), _newSource(truth));

        IPriceSource[] memory sources = new IPriceSource[](3);
        (sources[0], sources[1], sources[2]) = (signed, others[0], others[1]);
        _createMarketOf(sources);

        registry = new ModelRegistry();
        feed = new SignalFeed(address(manager), book, registry);
        _govern(address(feed), SignalFeed.createFeed.selector);
        _govern(address(feed), SignalFeed.setModel.selector);
        vm.startPrank(governor);
        feed.createFeed(FEED, MARKET, registry.register(_blob(0)));
        vm.stopPrank();
        registry.register(_blob(1));
        lastEnd = uint48(block.timestamp);
    }

    function _createMarketOf(IPriceSource[] memory sources) private {
        MarketParams memory params = _paramsOf(sources, 2);
        params.candleSource = signed;
        _createMarket(params);
    }

    /* NODES */

    function reportPrice(uint256 move, uint256 voices) external {
        _moveTruth(move);
        uint48 observedAt = uint48(block.timestamp);
        (, uint48 last) = signed.observation(MARKET);
        if (observedAt <= last) return;

        bytes memory signatures = _sign(_priceHash(truth, observedAt), 0, bound(voices, QUORUM, NODES));
        signed.submitPrice(MARKET, truth, observedAt, signatures);
    }

    /// The session that has just ended; now and then the calendar leaves some out.
    function reportCandle(uint256 move, uint256 skipped, uint256 range) external {
        _moveTruth(move);
        uint256 start = lastEnd + bound(skipped, 0, isStormy ? 9 : 3) * PERIOD;
        uint128 spread = uint128(truth * bound(range, 0, 500) / 10_000);
        Candle memory c = Candle({
            start: uint48(start),
            end: uint48(start + PERIOD),
            open: truth,
            high: truth + spread,
            low: truth - spread / 2,
            close: truth
        });
        if (block.timestamp < c.end) vm.warp(c.end);
        bytes32 hash = keccak256(abi.encode(CANDLE_TYPE, MARKET, c.start, c.end, c.open, c.high, c.low, c.close));

        signed.submitCandle(MARKET, c, _sign(hash, 0, QUORUM));
        lastEnd = c.end;
        _confirm();
    }

    /// A minority of nodes, alone or with the others' old signatures, can report nothing.
    function lie(uint256 price, uint256 liars) external {
        uint128 wrong = uint128(bound(price, 1, type(uint128).max));
        uint48 observedAt = uint48(block.timestamp);
        uint256 count = bound(liars, 1, NODES - QUORUM);
        bytes memory few = _sign(_priceHash(wrong, observedAt), 0, count);
        bytes memory padded = abi.encodePacked(few, _sign(_priceHash(truth, observedAt), count, QUORUM));

        try signed.submitPrice(MARKET, wrong, observedAt, few) {
            assertTrue(false, "SIG-2: fewer than a quorum");
        } catch {}
        try signed.submitPrice(MARKET, wrong, observedAt, padded) {
            assertTrue(false, "SIG-2: signatures of another report");
        } catch {}
    }

    /// The other two sources, one of which may be wrong or silent in a storm.
    function speak(uint256 which, uint256 error) external {
        uint256 price = truth;
        if (isStormy && error % 4 == 0) price = price * bound(error, 9_000, 11_000) / 10_000;
        others[which % 2].say(uint128(price), block.timestamp);
    }

    /* ANYONE */

    function update() external {
        (uint128 price, uint48 observedAt, IPriceBook.HaltReason reason) = _plainMedian();

        assertEq(book.update(MARKET), price, "PRC-1: price");

        (uint128 kept, uint48 keptAt, IPriceBook.HaltReason keptReason) = book.peek(MARKET);
        assertEq(uint8(keptReason), uint8(reason), "PRC-1: halt");
        if (reason == IPriceBook.HaltReason.None) {
            stored = price;
            assertEq(keptAt, observedAt, "PRC-1: time");
        } else if (halted != reason) {
            ++halts;
        }
        assertEq(kept, stored, "PRC-1: the last agreed price stays");
        halted = reason;
    }

    function close() external {
        Candle memory c = signed.candle(MARKET);
        if (c.end == 0 && index == 0) return;
        bool isNew = c.end > closedAt;
        if (isNew && !_isConfirmed(c.close)) {
            try book.close(MARKET) {
                assertTrue(false, "PRC-1: an unconfirmed candle");
            } catch {}
            return;
        }

        CandleState memory state = book.close(MARKET);

        if (isNew) _plainStep(c, true);
        _expectState(state);
    }

    function publish() external {
        Candle memory c = signed.candle(MARKET);
        bool isNew = c.end > closedAt;
        uint32 round = index + (isNew ? 1 : 0);
        bool willGap = isGapped || (isNew && index > 0 && c.start - closedAt > MAX_GAP);
        bool isTakeable = isNew ? _isConfirmed(c.close) : index > 0; // what was seeded may be published
        bool isDue = round > lastRound && round >= MIN_CANDLES && !willGap;
        if (!isTakeable || !isDue) {
            try feed.publish(FEED) {
                assertTrue(false, "SIG-2: a round that is not due");
            } catch {}
            return;
        }

        Signal memory signal = feed.publish(FEED);

        if (isNew) _plainStep(c, true);
        _expectState(book.candleState(MARKET));
        assertGt(signal.round, lastRound, "SIG-2: rounds increase");
        assertEq(signal.round, index, "SIG-2: the round is the candle");
        assertEq(signal.closedAt, closedAt);
        assertEq(signal.level, Level.EXECUTED);
        assertEq(signal.value, _plainModel(), "SIG-1");
        lastRound = signal.round;
        published[signal.round] = keccak256(abi.encode(signal));
        ++rounds;
    }

    function pass(uint256 time) external {
        skip(bound(time, 0, isStormy ? 2 * PERIOD : SOURCE_MAX_AGE / 2));
    }

    /* GOVERNOR */

    function seed(uint256 move) external {
        if (isLive) return;
        _moveTruth(move);
        uint256 start = lastEnd;
        Candle[] memory candles = new Candle[](1);
        candles[0] = Candle(uint48(start), uint48(start + PERIOD), truth, truth, truth - truth / 50, truth);
        if (block.timestamp < start + PERIOD) vm.warp(start + PERIOD);
        if (start < closedAt) return;

        vm.prank(governor);
        book.seed(MARKET, candles);
        lastEnd = candles[0].end;
        _plainStep(candles[0], false);
    }

    function switchModel() external {
        model = 1 - model;
        ModelId next = ModelId.wrap(keccak256(_blob(model)));
        bytes32 newest = keccak256(abi.encode(feed.peek(FEED)));

        vm.prank(governor);
        feed.setModel(FEED, next);

        assertEq(keccak256(abi.encode(feed.peek(FEED))), newest, "SIG-1: a switch counts from the next round");
    }

    function acknowledgeGap() external {
        if (!isGapped) return;
        vm.prank(governor);
        book.acknowledgeGap(MARKET);
        isGapped = false;
    }

    /* PROMISES */

    function assertPRC1() external view {
        (uint128 price,, IPriceBook.HaltReason reason) = book.peek(MARKET);
        assertEq(price, stored);
        assertEq(uint8(reason), uint8(halted));
        if (!isStormy) assertTrue(reason != IPriceBook.HaltReason.Disagreement, "honest sources agree");
    }

    function assertPRC2() external view {
        _expectState(book.candleState(MARKET));
    }

    function assertSIG() external view {
        Signal memory newest = feed.peek(FEED);
        assertEq(newest.round, lastRound);
        for (uint32 back; back <= HORIZON && back < lastRound; ++back) {
            uint32 round = lastRound - back;
            if (published[round] == 0) continue;
            bytes32 kept = keccak256(abi.encode(feed.signalAt(FEED, round)));
            assertEq(kept, published[round], "SIG-1: a round never changes");
        }
    }

    /* A SECOND TIME, PLAINLY */

    function _plainMedian() private view returns (uint128 price, uint48 at, IPriceBook.HaltReason reason) {
        (uint256[3] memory prices, uint256[3] memory times, uint256 count) = _freshOnes(true);
        if (count < 2) return (0, 0, IPriceBook.HaltReason.TooFewSources);

        uint256 middle;
        if (count == 2) {
            middle = (prices[0] + prices[1]) / 2;
            at = uint48(times[0] < times[1] ? times[0] : times[1]);
        } else {
            for (uint256 i; i < 3; ++i) {
                (uint256 a, uint256 b) = (prices[(i + 1) % 3], prices[(i + 2) % 3]);
                // Of three equal ones the book takes the second it has asked; equal prices keep their order.
                bool isMiddle = (a <= prices[i] && prices[i] <= b) || (b <= prices[i] && prices[i] <= a);
                if (isMiddle) (middle, at) = (prices[i], uint48(times[_stableMiddle(prices)]));
            }
        }
        for (uint256 i; i < count; ++i) {
            uint256 distance = prices[i] > middle ? prices[i] - middle : middle - prices[i];
            if (distance * 10_000 > middle * BAND_BPS) return (0, 0, IPriceBook.HaltReason.Disagreement);
        }
        price = uint128(middle);
    }

    /// The one that exactly one other precedes, when equal prices rank by their order.
    function _stableMiddle(uint256[3] memory prices) private pure returns (uint256) {
        for (uint256 i; i < 3; ++i) {
            uint256 before;
            for (uint256 j; j < 3; ++j) {
                if (prices[j] < prices[i] || (prices[j] == prices[i] && j < i)) ++before;
            }
            if (before == 1) return i;
        }
        revert("no middle");
    }

    function _freshOnes(bool withSigned)
        private
        view
        returns (uint256[3] memory prices, uint256[3] memory times, uint256 count)
    {
        IPriceSource[3] memory asked = [IPriceSource(signed), others[0], others[1]];
        for (uint256 i = withSigned ? 0 : 1; i < 3; ++i) {
            (uint128 price, uint48 at) = asked[i].observation(MARKET);
            if (price == 0 || at > block.timestamp || at + SOURCE_MAX_AGE < block.timestamp) continue;
            (prices[count], times[count]) = (price, at);
            ++count;
        }
    }

    function _isConfirmed(uint256 closePrice) private view returns (bool) {
        (uint256[3] memory prices,, uint256 count) = _freshOnes(false);
        if (count == 0) return false;
        uint256 middle = count == 1 ? prices[0] : (prices[0] + prices[1]) / 2;
        uint256 distance = closePrice > middle ? closePrice - middle : middle - closePrice;
        return distance * 10_000 <= middle * BAND_BPS;
    }

    function _plainStep(Candle memory c, bool live) private {
        int256 newest = FixedMath.log2Q32(c.close);
        int256 range = FixedMath.log2Q32(c.high) - FixedMath.log2Q32(c.low);
        int256 variance = (range * range * PARKINSON_Q64) >> 80;
        if (variance > 2 ** 48 - 1) variance = 2 ** 48 - 1;
        int256 change = ((newest - logClose) * LN2_Q64) >> 56;
        for (uint256 k; k < 6; ++k) {
            int256 input = k < 4 ? variance : change;
            if (index > 0) words[k] += ((input - words[k]) * int256(uint256(ALPHAS_Q32[k]))) >> 32;
            else if (k < 4) words[k] = variance;
            if (k < 4 && words[k] < 1) words[k] = 1;
        }
        assertGe(c.start, closedAt, "PRC-2: no overlap");
        if (live && index > 0 && c.start - closedAt > MAX_GAP) isGapped = true;
        if (live) isLive = true;
        (index, closedAt, logClose) = (index + 1, c.end, newest);
    }

    function _plainLanes() private view returns (int256[6] memory lanes) {
        if (index == 0) return lanes;
        int256 volatility = int256(_plainSqrt(uint256(words[2]) << 32));
        for (uint256 k; k < 6; ++k) {
            if (k < 4) lanes[k] = (FixedMath.log2Q32(uint256(words[k])) - (48 << 32)) >> 23;
            else lanes[k] = _clamp16(words[k] * 1024 / volatility);
        }
    }

    function _plainModel() private view returns (int256 value) {
        (int256[6] memory lanes, int256[6] memory weights) = (_plainLanes(), _weights(model));
        value = _bias(model) + _closeToRange(model) + HALF_LOG2_OF_252;
        for (uint256 k; k < 6; ++k) {
            value += lanes[k] * weights[k];
        }
    }

    function _plainSqrt(uint256 x) private pure returns (uint256 root) {
        for (uint256 bit = 1 << 60; bit > 0; bit >>= 1) {
            if ((root + bit) * (root + bit) <= x) root += bit;
        }
    }

    function _clamp16(int256 x) private pure returns (int256) {
        if (x < type(int16).min) return type(int16).min;
        return x > type(int16).max ? int256(type(int16).max) : x;
    }

    function _expectState(CandleState memory state) private view {
        assertEq(state.index, index, "PRC-2: index");
        assertEq(state.closedAt, closedAt, "PRC-2: end");
        assertEq(state.gapped, isGapped, "gap");
        int256[6] memory lanes = _plainLanes();
        uint256 packed;
        for (uint256 k; k < 6; ++k) {
            packed |= uint256(uint16(int16(lanes[k]))) << (240 - 16 * k);
        }
        assertEq(uint256(state.features), packed, "SIG-1: features");
    }

    /* MODELS */

    function _weights(uint256 which) private pure returns (int256[6] memory) {
        if (which == 0) return [int256(1_200_000), 900_000, 1_500_000, 400_000, -150_000, -90_000];
        return [int256(-2_000_000_000), 7, 0, 2_000_000_000, 33, -1];
    }

    function _bias(uint256 which) private pure returns (int64) {
        return which == 0 ? int64(-987_654_321) : int64(5);
    }

    function _closeToRange(uint256 which) private pure returns (int64) {
        return which == 0 ? int64(123_456_789) : int64(-1);
    }

    function _blob(uint256 which) private pure returns (bytes memory blob) {
        blob = abi.encodePacked("IYIM", uint8(1), uint8(1), uint16(1), PERIOD, HORIZON, MIN_CANDLES);
        blob = abi.encodePacked(blob, uint8(6), uint56(0), _closeToRange(which), _bias(which));
        int256[6] memory weights = _weights(which);
        for (uint256 k; k < 6; ++k) {
            blob = abi.encodePacked(blob, int32(weights[k]));
        }
    }

    /* HELPERS */

    function _moveTruth(uint256 move) private {
        uint256 bps = isStormy ? bound(move, 9_500, 10_500) : bound(move, 9_990, 10_010);
        uint256 next = truth * bps / 10_000;
        if (next > 100e8 && next < 10_000e8) truth = uint128(next);
    }

    /// After a session the honest sources know its close as well.
    function _confirm() private {
        if (isStormy) return;
        others[0].say(truth, block.timestamp);
        others[1].say(truth, block.timestamp);
    }

    function _priceHash(uint128 price, uint48 observedAt) private pure returns (bytes32) {
        return keccak256(abi.encode(PRICE_TYPE, MARKET, price, observedAt));
    }

    function _sign(bytes32 structHash, uint256 from, uint256 to) private view returns (bytes memory signatures) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("AIBOT IYI SignedSource"),
                keccak256("1"),
                block.chainid,
                address(signed)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        for (uint256 i = from; i < to; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[i], digest);
            signatures = abi.encodePacked(signatures, r, s, v);
        }
    }
}

abstract contract OracleInvariants is Test {
    uint256 private constant SOURCE_LIFETIME = 5 minutes; // half the age at which an observation is stale

    OracleHandler internal handler;

    function _target(bool isStormy) internal {
        handler = new OracleHandler(isStormy);
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = handler.reportPrice.selector;
        selectors[1] = handler.reportCandle.selector;
        selectors[2] = handler.lie.selector;
        selectors[3] = handler.speak.selector;
        selectors[4] = handler.update.selector;
        selectors[5] = handler.close.selector;
        selectors[6] = handler.publish.selector;
        selectors[7] = handler.pass.selector;
        selectors[8] = handler.seed.selector;
        selectors[9] = handler.switchModel.selector;
        selectors[10] = handler.acknowledgeGap.selector;
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    /// The world is not idle: its actors can bring about rounds and halts.
    function test_World_ReachesRoundsAndHalts() public {
        for (uint256 n; n < 6; ++n) {
            handler.reportCandle(10_000, 0, 100);
            handler.speak(0, 1);
            handler.close();
            handler.publish();
        }
        for (uint256 n; n < 3; ++n) {
            handler.pass(SOURCE_LIFETIME);
        }
        handler.update();

        assertEq(handler.rounds(), 3, "candles 4, 5 and 6");
        assertEq(handler.halts(), 1);
    }
}

contract CalmOracleInvariants is OracleInvariants {
    function setUp() public {
        _target(false);
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 320
    function invariant_PRC1_NoPriceFromTooFewOrDisagreeingSources() public view {
        handler.assertPRC1();
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 320
    function invariant_PRC2_CandlesCountAndNeverOverlap() public view {
        handler.assertPRC2();
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 320
    function invariant_SIG1_SIG2_RoundsIncreaseAndNeverChange() public view {
        handler.assertSIG();
    }
}

contract StormyOracleInvariants is OracleInvariants {
    function setUp() public {
        _target(true);
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 320
    function invariant_PRC1_NoPriceFromTooFewOrDisagreeingSources() public view {
        handler.assertPRC1();
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 320
    function invariant_PRC2_CandlesCountAndNeverOverlap() public view {
        handler.assertPRC2();
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 320
    function invariant_SIG1_SIG2_RoundsIncreaseAndNeverChange() public view {
        handler.assertSIG();
    }
}
