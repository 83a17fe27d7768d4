// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IModelRegistry, ModelId} from "../interfaces/IModelRegistry.sol";
import {CandleState, IPriceBook} from "../interfaces/IPriceBook.sol";
import {Feed, FeedId, ISignalFeed, Level, Signal} from "../interfaces/ISignalFeed.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {Candle} from "../interfaces/ISignedSource.sol";
import {ModelRegistry} from "./ModelRegistry.sol";
import {OracleTest} from "./OracleTest.t.sol";
import {SignalFeed} from "./SignalFeed.sol";

/// Sends several calls in one transaction, as Multicall3 does on public chains.
contract Batch {
    struct Call {
        address target;
        bytes data;
    }

    error CallFailed(uint256 index);

    function run(Call[] calldata calls) external {
        for (uint256 i; i < calls.length; ++i) {
            (bool ok,) = calls[i].target.call(calls[i].data);
            require(ok, CallFailed(i));
        }
    }
}

/// Reads the newest signal, then reverts.
contract RevertingConsumer {
    error OutOfOrder();

    ISignalFeed internal immutable feed;

    constructor(ISignalFeed feed_) {
        feed = feed_;
    }

    fallback(bytes calldata data) external virtual returns (bytes memory) {
        feed.latest(abi.decode(data, (FeedId)), type(uint256).max, type(uint8).max);
        revert OutOfOrder();
    }
}

/// Reads the newest signal, then burns whatever gas it was given.
contract GasBurningConsumer is RevertingConsumer {
    constructor(ISignalFeed feed_) RevertingConsumer(feed_) {}

    fallback(bytes calldata data) external override returns (bytes memory) {
        feed.latest(abi.decode(data, (FeedId)), type(uint256).max, type(uint8).max);
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// Reads the newest signal, then returns 20 kB nobody asked for.
contract BombConsumer is RevertingConsumer {
    constructor(ISignalFeed feed_) RevertingConsumer(feed_) {}

    fallback(bytes calldata data) external override returns (bytes memory) {
        feed.latest(abi.decode(data, (FeedId)), type(uint256).max, type(uint8).max);
        return new bytes(20_000);
    }
}

contract SignalFeedTest is OracleTest {
    FeedId private constant UNKNOWN_FEED = FeedId.wrap("SPX/USD drift");
    uint16 private constant HORIZON = 5;
    uint16 private constant MIN_CANDLES = 3;
    int64 private constant CLOSE_TO_RANGE = 77;
    int64 private constant BIAS = -123456789;
    int64 private constant HALF_LOG2_OF_252 = 17131078191; // log2(252) / 2, Q32, rounded down

    ModelRegistry private registry;
    SignalFeed private feed;
    ModelId private modelId;

    function setUp() public override {
        super.setUp();
        registry = new ModelRegistry();
        feed = new SignalFeed(address(manager), book, registry);
        _govern(address(feed), SignalFeed.createFeed.selector);
        _govern(address(feed), SignalFeed.setModel.selector);
        _createMarket(_params());
        modelId = registry.register(_blob(PERIOD, HORIZON, MIN_CANDLES, BIAS));
        vm.prank(governor);
        feed.createFeed(FEED, MARKET, modelId);
    }

    /* SET UP */

    function test_CreateFeed_StoresAndEmits() public {
        vm.expectEmit(address(feed));
        emit ISignalFeed.FeedCreated(UNKNOWN_FEED, MARKET, modelId, HORIZON);
        vm.prank(governor);
        feed.createFeed(UNKNOWN_FEED, MARKET, modelId);

        Feed memory info = feed.feedInfo(UNKNOWN_FEED);
        assertEq(abi.encode(info), abi.encode(Feed(MARKET, modelId, HORIZON, PERIODS_PER_YEAR, 0)));
        assertEq(address(feed.priceBook()), address(book));
        assertEq(address(feed.modelRegistry()), address(registry));
    }

    function test_RevertGiven_FeedExists() public {
        vm.prank(governor);
        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.FeedExists.selector, FEED));
        feed.createFeed(FEED, MARKET, modelId);
    }

    function test_RevertWhen_NameIsNotOfTheMarket() public {
        string[4] memory names = ["DOW/USD vol", "SPX/USD", "SPX/USDC vol", ""];
        vm.startPrank(governor);
        for (uint256 i; i < 4; ++i) {
            FeedId named = FeedId.wrap(bytes32(bytes(names[i])));
            vm.expectRevert(abi.encodeWithSelector(ISignalFeed.FeedNameInvalid.selector, named, MARKET));
            feed.createFeed(named, MARKET, modelId);
        }
        FeedId full = FeedId.wrap("A market of thirty-two bytes !!!");
        MarketId market = MarketId.wrap(FeedId.unwrap(full));
        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.FeedNameInvalid.selector, full, market));
        feed.createFeed(full, market, modelId);
    }

    function test_RevertWhen_StrangerGoverns() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);

        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        feed.createFeed(UNKNOWN_FEED, MARKET, modelId);
        vm.expectRevert(refusal);
        feed.setModel(FEED, modelId);
    }

    function test_RevertWhen_MarketOrModelIsUnknown() public {
        ModelId unknown = ModelId.wrap("unknown");

        vm.startPrank(governor);
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.MarketUnknown.selector, UNKNOWN_MARKET));
        feed.createFeed(FeedId.wrap("DOW/USD vol"), UNKNOWN_MARKET, modelId);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, unknown));
        feed.createFeed(UNKNOWN_FEED, MARKET, unknown);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, unknown));
        feed.setModel(FEED, unknown);
    }

    function test_RevertWhen_FeedIsUnknown() public {
        bytes memory refusal = abi.encodeWithSelector(ISignalFeed.FeedUnknown.selector, UNKNOWN_FEED);

        vm.expectRevert(refusal);
        feed.publish(UNKNOWN_FEED);
        vm.expectRevert(refusal);
        feed.latest(UNKNOWN_FEED, 1, 1);
        vm.expectRevert(refusal);
        feed.peek(UNKNOWN_FEED);
        vm.expectRevert(refusal);
        feed.newest(UNKNOWN_FEED, type(uint8).max);
        vm.expectRevert(refusal);
        feed.signalAt(UNKNOWN_FEED, 1);
        vm.expectRevert(refusal);
        feed.feedInfo(UNKNOWN_FEED);
        vm.prank(governor);
        vm.expectRevert(refusal);
        feed.setModel(UNKNOWN_FEED, modelId);
    }

    function test_RevertWhen_ModelIsForAnotherPeriod() public {
        ModelId hourly = registry.register(_blob(1 hours, HORIZON, MIN_CANDLES, BIAS));
        bytes memory refusal =
            abi.encodeWithSelector(ISignalFeed.ModelMismatch.selector, bytes32("period"), 1 hours, PERIOD);

        vm.startPrank(governor);
        vm.expectRevert(refusal);
        feed.createFeed(UNKNOWN_FEED, MARKET, hourly);
        vm.expectRevert(refusal);
        feed.setModel(FEED, hourly);
    }

    function test_RevertWhen_ModelIsForAnotherHorizon() public {
        ModelId longer = registry.register(_blob(PERIOD, HORIZON + 1, MIN_CANDLES, BIAS));

        vm.prank(governor);
        vm.expectRevert(
            abi.encodeWithSelector(ISignalFeed.ModelMismatch.selector, bytes32("horizon"), HORIZON + 1, HORIZON)
        );
        feed.setModel(FEED, longer);
    }

    function test_SetModel_CountsFromTheNextRound() public {
        _publishSessions(0, 3);
        Signal memory before = feed.signalAt(FEED, 3);
        ModelId successor = registry.register(_blob(PERIOD, HORIZON, MIN_CANDLES, BIAS + 1000));

        vm.expectEmit(address(feed));
        emit ISignalFeed.ModelSwitched(FEED, successor);
        vm.prank(governor);
        feed.setModel(FEED, successor);

        assertEq(ModelId.unwrap(feed.feedInfo(FEED).model), ModelId.unwrap(successor));
        assertEq(abi.encode(feed.signalAt(FEED, 3)), abi.encode(before));
        CandleState memory state = _closeSession(3, 1400e8);
        vm.expectEmit(address(feed));
        emit ISignalFeed.SignalPublished(
            FEED, 4, successor, _expectedValue(BIAS + 1000), Level.EXECUTED, state.closedAt, state.features
        );
        feed.publish(FEED);
    }

    /* PUBLISH */

    function test_SIG1_Publish_ClosesRunsStoresAndEmits() public {
        _closeSession(0, 1400e8);
        _closeSession(1, 1400e8);
        Candle memory c = _report(2, 1400e8);
        uint256 snapshot = vm.snapshotState();
        bytes32 features = book.close(MARKET).features;
        vm.revertToState(snapshot);

        vm.expectEmit(address(feed));
        emit ISignalFeed.SignalPublished(FEED, 3, modelId, _expectedValue(BIAS), Level.EXECUTED, c.end, features);
        vm.prank(stranger);
        Signal memory signal = feed.publish(FEED);

        assertEq(signal.value, _expectedValue(BIAS));
        assertEq(signal.closedAt, c.end);
        assertEq(signal.round, 3);
        assertEq(signal.level, Level.EXECUTED);
        assertEq(abi.encode(feed.latest(FEED, 0, Level.EXECUTED)), abi.encode(signal));
        assertEq(abi.encode(feed.signalAt(FEED, 3)), abi.encode(signal));
        assertEq(feed.feedInfo(FEED).lastRound, 3);
    }

    function test_SIG2_RevertGiven_RoundIsPublished() public {
        _publishSessions(0, 3);

        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.RoundAlreadyPublished.selector, FEED, 3));
        feed.publish(FEED);
    }

    function test_SIG2_Publish_SkipsARoundThatWasClosedOver() public {
        _publishSessions(0, 3);
        _closeSession(3, 1400e8);
        _report(4, 1400e8);

        assertEq(feed.publish(FEED).round, 5);

        vm.expectRevert("No data present");
        feed.signalAt(FEED, 4);
    }

    function test_SIG2_Publish_KeepsFeedsOfOneMarketApart() public {
        vm.prank(governor);
        feed.createFeed(UNKNOWN_FEED, MARKET, modelId);
        _publishSessions(0, 3);

        assertEq(feed.publish(UNKNOWN_FEED).round, 3);
        assertEq(feed.feedInfo(FEED).lastRound, 3);
    }

    function test_RevertGiven_CandlesAreTooFew() public {
        _closeSession(0, 1400e8);
        _report(1, 1400e8);

        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.CandlesTooFew.selector, 2, MIN_CANDLES));
        feed.publish(FEED);
    }

    function test_RevertGiven_GapAwaitsAcknowledgement() public {
        _publishSessions(0, 3);
        _report(30, 1400e8);

        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.GapNotAcknowledged.selector, MARKET));
        feed.publish(FEED);

        book.close(MARKET);
        vm.prank(governor);
        book.acknowledgeGap(MARKET);
        assertEq(feed.publish(FEED).round, 4);
    }

    /* READ */

    function test_Latest_IsGoodForExactlyItsMaximumAge() public {
        _publishSessions(0, 3);
        uint256 closedAt = block.timestamp;
        vm.warp(closedAt + 6 days);

        feed.latest(FEED, 6 days, Level.EXECUTED);

        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.SignalTooOld.selector, FEED, closedAt, 6 days - 1));
        feed.latest(FEED, 6 days - 1, Level.EXECUTED);
    }

    function test_Latest_AcceptsAMaskOfLevels() public {
        _publishSessions(0, 3);

        feed.latest(FEED, 0, Level.EXECUTED | Level.SCORED);

        uint8 others = Level.OPTIMISTIC | Level.SCORED;
        vm.expectRevert(
            abi.encodeWithSelector(ISignalFeed.SignalLevelNotAccepted.selector, Level.EXECUTED, others)
        );
        feed.latest(FEED, 0, others);
        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.SignalLevelNotAccepted.selector, Level.EXECUTED, 0));
        feed.latest(FEED, 0, 0);
    }

    function test_Peek_IsZeroBeforeTheFirstRound() public view {
        assertEq(abi.encode(feed.peek(FEED)), abi.encode(Signal(0, 0, 0, 0)));
    }

    function test_Peek_ReturnsTheNewestSignalWhateverItsAge() public {
        _publishSessions(0, 4);
        vm.warp(block.timestamp + 1000 days);

        assertEq(feed.peek(FEED).round, 4);
        assertEq(abi.encode(feed.peek(FEED)), abi.encode(feed.signalAt(FEED, 4)));
    }

    // newest
    // ├── given no round: zero
    // ├── given the newest is at one of the levels: that one, whatever its age
    // ├── given it is not: the newest that is
    // └── given none of the last horizon + 1 is, skipped ones counted: zero

    function test_Newest_IsZeroBeforeTheFirstRound() public view {
        assertEq(abi.encode(feed.newest(FEED, type(uint8).max)), abi.encode(Signal(0, 0, 0, 0)));
    }

    function test_Newest_IsOfAnyAge() public {
        _publishSessions(0, 4);
        vm.warp(block.timestamp + 1000 days);

        assertEq(abi.encode(feed.newest(FEED, Level.EXECUTED)), abi.encode(feed.signalAt(FEED, 4)));
        assertEq(abi.encode(feed.newest(FEED, type(uint8).max)), abi.encode(feed.signalAt(FEED, 4)));
    }

    function test_Newest_PassesOverOtherLevels() public {
        _publishSessions(0, 9);
        for (uint32 round = 9; round > 9 - HORIZON; --round) {
            _setLevel(round, Level.SCORED);
        }

        assertEq(abi.encode(feed.newest(FEED, Level.EXECUTED)), abi.encode(feed.signalAt(FEED, 4)));
        assertEq(feed.newest(FEED, Level.EXECUTED | Level.SCORED).round, 9);
        assertEq(feed.newest(FEED, Level.OPTIMISTIC).round, 0);
        assertEq(feed.newest(FEED, 0).round, 0);
    }

    function test_Newest_LooksNoFurtherThanTheRing() public {
        _publishSessions(0, 9);
        for (uint256 n = 9; n < 9 + HORIZON; ++n) {
            _report(n, 1400e8);
            book.close(MARKET);
        }
        _publishSessions(9 + HORIZON, 10 + HORIZON);
        _setLevel(10 + HORIZON, Level.SCORED); // rounds 4 to 8 still lie in the places of those that were skipped

        assertEq(feed.signalAt(FEED, 8).level, Level.EXECUTED);
        assertEq(abi.encode(feed.newest(FEED, Level.EXECUTED)), abi.encode(Signal(0, 0, 0, 0)));
    }

    function test_Newest_PassesOverASkippedRound() public {
        _publishSessions(0, 9);
        _report(9, 1400e8);
        book.close(MARKET);
        _publishSessions(10, 11);
        _setLevel(11, Level.SCORED);

        assertEq(feed.newest(FEED, Level.EXECUTED).round, 9);
    }

    /// @dev As a module of another level would leave it; rounds lie from slot 1 of the feed on, see below.
    function _setLevel(uint32 round, uint8 level) private {
        bytes32 slot = bytes32(uint256(keccak256(abi.encode(FEED, 1))) + 1 + round % (HORIZON + 1));
        uint256 stored = uint256(vm.load(address(feed), slot));
        assertEq(uint32(stored >> 112), round, "the round's place");
        vm.store(address(feed), slot, bytes32(stored & type(uint144).max | uint256(level) << 144));
    }

    /// The feed calls no consumer, so one that fails takes only its own transaction with it.
    function test_O15_Publish_GoesOnWhateverConsumersDo() public {
        _publishSessions(0, 3);
        address[3] memory consumers = [
            address(new RevertingConsumer(feed)),
            address(new GasBurningConsumer(feed)),
            address(new BombConsumer(feed))
        ];
        for (uint256 i; i < 3; ++i) {
            (bool ok,) = consumers[i].call{gas: 200_000}(abi.encode(FEED));
            assertEq(ok, i == 2, "a bomb returns, the others fail");
        }

        _report(3, 1400e8);
        vm.prank(consumers[0]);
        assertEq(feed.publish(FEED).round, 4);
        assertEq(feed.latest(FEED, 0, Level.EXECUTED).round, 4);
    }

    function test_RevertGiven_NothingWasPublished() public {
        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.SignalTooOld.selector, FEED, 0, type(uint256).max));
        feed.latest(FEED, type(uint256).max, type(uint8).max);
        vm.expectRevert("No data present");
        feed.signalAt(FEED, 0);
    }

    function test_SignalAt_KeepsHorizonPlusOneRounds() public {
        uint32 rounds = 3 * (HORIZON + 1);
        _publishSessions(0, rounds);

        for (uint32 round = rounds - HORIZON; round <= rounds; ++round) {
            assertEq(feed.signalAt(FEED, round).round, round);
        }
        vm.expectRevert("No data present");
        feed.signalAt(FEED, rounds - HORIZON - 1);
        vm.expectRevert("No data present");
        feed.signalAt(FEED, rounds + 1);
    }

    function test_Storage_HoldsARoundInOneSlot() public {
        _publishSessions(0, 3);
        Signal memory signal = feed.signalAt(FEED, 3);

        // AccessManaged takes slot 0, so the mapping of feeds lies in slot 1; round 3 lies 1 + 3 mod 6 slots further on
        uint256 root = uint256(keccak256(abi.encode(FEED, 1)));
        uint256 stored = uint256(vm.load(address(feed), bytes32(root + 4)));
        assertEq(int64(uint64(stored)), signal.value);
        assertEq(uint48(stored >> 64), signal.closedAt);
        assertEq(uint32(stored >> 112), 3);
        assertEq(stored >> 144, Level.EXECUTED);
        uint256 hot = uint256(vm.load(address(feed), bytes32(root)));
        assertEq(address(uint160(hot)), registry.model(modelId).blob);
        assertEq(uint8(hot >> 160), bytes("SPX/USD").length);
        assertEq(uint8(hot >> 168), HORIZON);
        assertEq(int64(uint64(uint40(hot >> 176))), HALF_LOG2_OF_252);
        assertEq(hot >> 216, 3, "lastRound");
    }

    function testFuzz_SIG2_RoundsStrictlyIncrease(uint16 decisions) public {
        _publishSessions(0, 3);
        uint32 last = 3;
        for (uint256 i; i < 16; ++i) {
            _report(3 + i, 1400e8);
            bool isPublished = (decisions >> i) & 1 == 1;
            if (!isPublished) {
                book.close(MARKET);
                continue;
            }
            uint32 round = feed.publish(FEED).round;
            assertGt(round, last);
            assertEq(round, book.candleState(MARKET).index);
            last = round;
        }
        assertEq(feed.feedInfo(FEED).lastRound, last);
    }

    /// @dev The weights are zero, so the value is the sum of the three constants.
    function _expectedValue(int64 bias) private pure returns (int64) {
        return bias + CLOSE_TO_RANGE + HALF_LOG2_OF_252;
    }

    function _publishSessions(uint256 from, uint256 to) private {
        for (uint256 n = from; n < to; ++n) {
            _report(n, 1400e8);
            if (n + 1 < MIN_CANDLES) book.close(MARKET);
            else feed.publish(FEED);
        }
    }

    function _blob(uint32 period, uint16 horizon, uint16 minCandles, int64 bias) private pure returns (bytes memory) {
        bytes memory header = abi.encodePacked("IYIM", uint8(1), uint8(1), uint16(1), period, horizon, minCandles);
        return abi.encodePacked(header, uint8(6), uint56(0), CLOSE_TO_RANGE, bias, new bytes(24));
    }
}
