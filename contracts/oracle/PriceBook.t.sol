// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {CandleState, IPriceBook, MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {Candle, ISignedSource} from "../interfaces/ISignedSource.sol";
import {Observations} from "../libraries/Observations.sol";
import {OracleTest} from "./OracleTest.t.sol";
import {GasBurningSource, OversizedAnswerSource, RevertingSource, ScriptedSource} from "./Sources.t.sol";

contract PriceBookSetUpTest is OracleTest {
    uint256 private constant LOG2_OF_1400E8_Q32 = 159028190147; // round(log2(1400e8) · 2^32)

    function test_CreateMarket_StoresAndEmitsEveryParameter() public {
        IPriceSource[] memory sources = new IPriceSource[](2);
        (sources[0], sources[1]) = (_newSource(1), origin);
        MarketParams memory params = _paramsOf(sources, 2);

        vm.expectEmit(address(book));
        emit IPriceBook.MarketCreated(MARKET, params);
        _createMarket(params);

        assertEq(abi.encode(book.marketParams(MARKET)), abi.encode(params));
    }

    function test_CreateMarket_TakesTheLeastOfEverything() public {
        MarketParams memory params = _params();
        (params.bandBps, params.deviationBps, params.sourceMaxAge) = (2, 1, 1);
        (params.period, params.maxGap, params.periodsPerYear) = (1, 0, 1);
        params.alphasQ32[5] = 1;

        _createMarket(params);

        assertEq(abi.encode(book.marketParams(MARKET)), abi.encode(params));
    }

    function test_CreateMarket_TakesTheMostOfEverything() public {
        IPriceSource[] memory sources = new IPriceSource[](8);
        for (uint256 i; i < sources.length; ++i) {
            sources[i] = _newSource(1);
        }
        MarketParams memory params = _paramsOf(sources, 8);
        (params.bandBps, params.deviationBps) = (10_000, 9999);

        _createMarket(params);

        assertEq(abi.encode(book.marketParams(MARKET)), abi.encode(params));
    }

    function test_Storage_FillsTheSlotsAsDocumented() public {
        IPriceSource[] memory sources = new IPriceSource[](2);
        (sources[0], sources[1]) = (origin, _newSource(1400e8));
        origin.say(1400e8, block.timestamp);
        MarketParams memory params = _paramsOf(sources, 2);
        _createMarket(params);
        book.update(MARKET);
        vm.warp(FIRST_START + PERIOD);
        ScriptedSource(address(sources[1])).say(1400e8, block.timestamp);
        _closeSession(0, 1400e8);

        assertEq(uint256(_slot(0)), uint256(1400e8) | (FIRST_START << 128), "price, observedAt, no halt");
        bytes32[] memory words = book.featureState(MARKET);
        assertEq(_slot(1), words[0], "words 0-4");
        uint256 slot2 = uint256(_slot(2));
        assertEq(bytes32(slot2 & ~uint256(type(uint208).max)), words[1], "word 5");
        assertApproxEqAbs(uint64(slot2 >> 144), LOG2_OF_1400E8_Q32, 2, "logCloseQ32");
        assertEq(uint32(slot2 >> 112), 1, "index");
        assertEq(uint48(slot2 >> 64), FIRST_START + PERIOD, "closedAt");
        assertEq(uint64(slot2), 1, "isLive, not isGapped");
        assertEq(_slot(3), bytes32(0), "nothing else");
    }

    function test_Close_CostsTheSameAtEveryCandle() public {
        _createMarket(_params());
        for (uint256 n; n < 199; ++n) {
            _closeSession(n, 1400e8);
        }

        uint256 at200 = _gasOfClose(199);
        for (uint256 n = 200; n < 1999; ++n) {
            _closeSession(n, 1400e8);
        }
        uint256 at2000 = _gasOfClose(1999);

        assertEq(book.candleState(MARKET).index, 2000);
        assertEq(at2000, at200, "O(1): no history is read");
    }

    function test_RevertWhen_StrangerGoverns() public {
        _createMarket(_params());
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);

        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        book.createMarket(UNKNOWN_MARKET, _params());
        vm.expectRevert(refusal);
        book.seed(MARKET, new Candle[](0));
        vm.expectRevert(refusal);
        book.acknowledgeGap(MARKET);
    }

    function test_RevertGiven_MarketExists() public {
        _createMarket(_params());
        MarketParams memory params = _params();

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.MarketExists.selector, MARKET));
        _createMarket(params);
    }

    function test_RevertWhen_MarketIsUnknown() public {
        bytes memory refusal = abi.encodeWithSelector(IPriceBook.MarketUnknown.selector, UNKNOWN_MARKET);

        vm.expectRevert(refusal);
        book.update(UNKNOWN_MARKET);
        vm.expectRevert(refusal);
        book.close(UNKNOWN_MARKET);
        vm.expectRevert(refusal);
        book.price(UNKNOWN_MARKET, 1);
        vm.expectRevert(refusal);
        book.peek(UNKNOWN_MARKET);
        vm.expectRevert(refusal);
        book.candleState(UNKNOWN_MARKET);
        vm.expectRevert(refusal);
        book.featureState(UNKNOWN_MARKET);
        vm.expectRevert(refusal);
        book.marketParams(UNKNOWN_MARKET);
        vm.startPrank(governor);
        vm.expectRevert(refusal);
        book.seed(UNKNOWN_MARKET, new Candle[](0));
        vm.expectRevert(refusal);
        book.acknowledgeGap(UNKNOWN_MARKET);
    }

    function test_RevertWhen_MarketIsNameless() public {
        MarketParams memory params = _params();

        vm.prank(governor);
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.MarketParamInvalid.selector, bytes32("market"), 0));
        book.createMarket(MarketId.wrap(0), params);
    }

    function test_RevertWhen_SourcesAreInvalid() public {
        MarketParams memory params = _params();
        params.sources = new IPriceSource[](0);
        _expectInvalid(params, "sources", 0);

        params = _params();
        params.sources = new IPriceSource[](9);
        _expectInvalid(params, "sources", 9);

        params = _params();
        params.sources[0] = IPriceSource(address(0));
        _expectInvalid(params, "source", 0);

        params = _params();
        params.sources = new IPriceSource[](2);
        (params.sources[0], params.sources[1]) = (origin, origin);
        _expectInvalid(params, "source", 1);

        params = _params();
        params.candleSource = ISignedSource(address(0));
        _expectInvalid(params, "candleSource", 0);
    }

    function test_RevertWhen_ParameterIsInvalid() public {
        MarketParams memory params = _params();
        params.minSources = 0;
        _expectInvalid(params, "minSources", 0);
        params.minSources = 2;
        _expectInvalid(params, "minSources", 2);

        params = _params();
        params.bandBps = 0;
        _expectInvalid(params, "bandBps", 0);
        params.bandBps = 10_001;
        _expectInvalid(params, "bandBps", 10_001);
        (params.bandBps, params.deviationBps) = (1, 1);
        _expectInvalid(params, "deviationBps", 1);

        params = _params();
        params.deviationBps = 0;
        _expectInvalid(params, "deviationBps", 0);
        params.deviationBps = BAND_BPS;
        _expectInvalid(params, "deviationBps", BAND_BPS);

        params = _params();
        params.sourceMaxAge = 0;
        _expectInvalid(params, "sourceMaxAge", 0);

        params = _params();
        params.period = 0;
        _expectInvalid(params, "period", 0);

        params = _params();
        params.periodsPerYear = 0;
        _expectInvalid(params, "periodsPerYear", 0);

        params = _params();
        params.featureSet = 2;
        _expectInvalid(params, "featureSet", 2);

        params = _params();
        params.alphasQ32 = new uint32[](5);
        _expectInvalid(params, "alphasQ32", 5);

        params = _params();
        params.alphasQ32[5] = 0;
        _expectInvalid(params, "alphaQ32", 0);
    }

    function _expectInvalid(MarketParams memory params, bytes32 name, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.MarketParamInvalid.selector, name, value));
        _createMarket(params);
    }

    function _gasOfClose(uint256 session) private returns (uint256) {
        _report(session, 1400e8);
        return this.gasOfClose();
    }

    /// @dev In a call of its own, so that the memory of the test does not count.
    function gasOfClose() external returns (uint256) {
        uint256 before = gasleft();
        book.close(MARKET);
        return before - gasleft();
    }

    /// @dev AccessManaged takes slot 0, so the mapping of markets lies in slot 1.
    function _slot(uint256 offset) private view returns (bytes32) {
        return vm.load(address(book), bytes32(uint256(keccak256(abi.encode(MARKET, 1))) + offset));
    }
}

contract PriceBookPriceTest is OracleTest {
    ScriptedSource[] private sources;

    /// @dev Three sources say 1000, 1001 and 1002; two must be fresh.
    function setUp() public override {
        super.setUp();
        _createMarket(_paramsOf(_threeSources(), 2));
    }

    function _threeSources() private returns (IPriceSource[] memory list) {
        list = new IPriceSource[](3);
        for (uint256 i; i < 3; ++i) {
            sources.push(_newSource(uint128((1002 - i) * 1e8)));
            list[i] = sources[i];
        }
    }

    /* UPDATE */

    function test_Update_StoresTheMedianAndEmitsIt() public {
        vm.expectEmit(address(book));
        emit IPriceBook.PriceUpdated(MARKET, 1001e8, uint48(block.timestamp));
        uint128 updated = book.update(MARKET);

        (uint128 price, uint48 observedAt) = book.price(MARKET, 0);
        assertEq(updated, 1001e8);
        assertEq(price, 1001e8);
        assertEq(observedAt, block.timestamp);
    }

    function test_Update_TakesTheTimeOfTheMedianSource() public {
        sources[1].say(1001e8, block.timestamp - 77);

        book.update(MARKET);

        (, uint48 observedAt,) = book.peek(MARKET);
        assertEq(observedAt, block.timestamp - 77);
    }

    function test_Update_IsSilentWhenNothingChanged() public {
        book.update(MARKET);

        vm.recordLogs();
        assertEq(book.update(MARKET), 1001e8);

        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Update_EmitsANewTimeOfTheSamePrice() public {
        book.update(MARKET);
        vm.warp(block.timestamp + 1);
        for (uint256 i; i < 3; ++i) {
            sources[i].say(uint128((1002 - i) * 1e8), block.timestamp);
        }

        vm.expectEmit(address(book));
        emit IPriceBook.PriceUpdated(MARKET, 1001e8, uint48(block.timestamp));
        book.update(MARKET);
    }

    function test_PRC1_Update_CountsNeitherStaleNorFutureSources() public {
        sources[0].say(1002e8, block.timestamp + 1);

        assertEq(book.update(MARKET), 1000.5e8, "two are left, their mean");

        sources[1].say(1001e8, block.timestamp - SOURCE_MAX_AGE - 1);
        assertEq(book.update(MARKET), 0, "one is left, two are needed");
    }

    function test_PRC1_Update_HaltsOnceWhenTooFewAreFresh() public {
        book.update(MARKET);
        vm.warp(block.timestamp + SOURCE_MAX_AGE + 1);

        vm.expectEmit(address(book));
        emit IPriceBook.MarketHalted(MARKET, IPriceBook.HaltReason.TooFewSources);
        assertEq(book.update(MARKET), 0);
        vm.recordLogs();
        assertEq(book.update(MARKET), 0);

        assertEq(vm.getRecordedLogs().length, 0);
        _expectHalted(IPriceBook.HaltReason.TooFewSources);
    }

    function test_PRC1_Update_HaltsWhenOneDisagrees() public {
        sources[0].say(1012e8, block.timestamp); // the median is 1001, one percent of it 10.01

        vm.expectEmit(address(book));
        emit IPriceBook.MarketHalted(MARKET, IPriceBook.HaltReason.Disagreement);
        assertEq(book.update(MARKET), 0);

        _expectHalted(IPriceBook.HaltReason.Disagreement);
    }

    function test_PRC1_Update_HaltsWhenALowOneDisagrees() public {
        sources[2].say(990e8, block.timestamp);

        assertEq(book.update(MARKET), 0);

        _expectHalted(IPriceBook.HaltReason.Disagreement);
    }

    function test_O7_Update_HaltsWhenASourceReportsInAnotherUnit() public {
        book.update(MARKET);
        sources[2].say(1.12e8, block.timestamp); // a ratio where a price belongs

        assertEq(book.update(MARKET), 0);

        _expectHalted(IPriceBook.HaltReason.Disagreement);
        (uint128 kept,,) = book.peek(MARKET);
        assertEq(kept, 1001e8, "the wrong unit is never stored");
    }

    function test_O7_RevertWhen_CandleIsInAnotherUnit() public {
        MarketId market = MarketId.wrap("RATIO/USD");
        IPriceSource[] memory list = new IPriceSource[](2);
        (list[0], list[1]) = (origin, sources[0]);
        vm.prank(governor);
        book.createMarket(market, _paramsOf(list, 2));
        _report(0, 1.12e8);
        sources[0].say(1002e8, block.timestamp);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleOutsideBand.selector, 1.12e8, 1002e8, BAND_BPS));
        book.close(market);
    }

    function test_O6_Update_HaltsWhenEverySourceHasGoneStale() public {
        book.update(MARKET);
        vm.warp(block.timestamp + SOURCE_MAX_AGE);
        assertEq(book.update(MARKET), 1001e8, "primary and backup are just fresh");

        vm.warp(block.timestamp + 1);

        assertEq(book.update(MARKET), 0, "never the zero of a source that has nothing");
        _expectHalted(IPriceBook.HaltReason.TooFewSources);
    }

    function test_Update_AllowsExactlyTheBand() public {
        sources[0].say(1011.01e8, block.timestamp);

        assertEq(book.update(MARKET), 1001e8);

        sources[0].say(1011.01e8 + 1, block.timestamp);
        assertEq(book.update(MARKET), 0);
    }

    function test_Update_AllowsExactlyTheBandBelow() public {
        sources[2].say(990.99e8, block.timestamp);

        assertEq(book.update(MARKET), 1001e8);

        sources[2].say(990.99e8 - 1, block.timestamp);
        assertEq(book.update(MARKET), 0);
    }

    function test_Update_EventsAChangeOfReason() public {
        sources[0].say(2000e8, block.timestamp);
        book.update(MARKET);
        vm.warp(block.timestamp + SOURCE_MAX_AGE + 1);

        vm.expectEmit(address(book));
        emit IPriceBook.MarketHalted(MARKET, IPriceBook.HaltReason.TooFewSources);
        book.update(MARKET);
    }

    function test_Update_ResumesAndKeepsTheLastPriceMeanwhile() public {
        book.update(MARKET);
        sources[0].say(2000e8, block.timestamp);
        book.update(MARKET);
        (uint128 kept,, IPriceBook.HaltReason halted) = book.peek(MARKET);
        assertEq(kept, 1001e8);
        assertEq(uint8(halted), uint8(IPriceBook.HaltReason.Disagreement));

        sources[0].say(1003e8, block.timestamp);
        vm.expectEmit(address(book));
        emit IPriceBook.MarketResumed(MARKET);
        assertEq(book.update(MARKET), 1001e8);

        (uint128 price,) = book.price(MARKET, 0);
        assertEq(price, 1001e8);
    }

    function test_O6_Update_SurvivesBrokenSources() public {
        IPriceSource[] memory list = new IPriceSource[](5);
        list[0] = IPriceSource(address(new RevertingSource()));
        list[1] = IPriceSource(address(new GasBurningSource()));
        list[2] = IPriceSource(makeAddr("no code"));
        list[3] = IPriceSource(address(new OversizedAnswerSource(1004e8)));
        list[4] = sources[0];
        MarketId market = MarketId.wrap("BROKEN/USD");
        vm.prank(governor);
        book.createMarket(market, _paramsOf(list, 2));

        assertEq(book.update(market), 1003e8, "the mean of the two that answered");
    }

    function test_O6_RevertWhen_CallerStarvesASource() public {
        book.update(MARKET);

        vm.expectPartialRevert(IPriceBook.SourceGasTooLow.selector);
        book.update{gas: Observations.SOURCE_GAS}(MARKET);

        (,, IPriceBook.HaltReason halted) = book.peek(MARKET);
        assertEq(uint8(halted), uint8(IPriceBook.HaltReason.None));
    }

    function testFuzz_PRC1_StoredPriceComesFromEnoughFreshAgreeingSources(uint32[3] memory moves, uint32[3] memory ages)
        public
    {
        uint256 fresh;
        uint256 lowest = type(uint256).max;
        uint256 highest;
        for (uint256 i; i < 3; ++i) {
            uint256 price = 1000e8 + bound(moves[i], 0, 30e8);
            uint256 age = bound(ages[i], 0, 2 * SOURCE_MAX_AGE);
            sources[i].say(uint128(price), block.timestamp - age);
            if (age > SOURCE_MAX_AGE) continue;
            ++fresh;
            if (price < lowest) lowest = price;
            if (price > highest) highest = price;
        }

        uint256 stored = book.update(MARKET);

        if (fresh < 2) {
            assertEq(stored, 0);
            _expectHalted(IPriceBook.HaltReason.TooFewSources);
        } else if (stored == 0) {
            _expectHalted(IPriceBook.HaltReason.Disagreement);
            assertGt((highest - lowest) * 10_000, lowest * BAND_BPS, "sources within a band of each other agree");
        } else {
            assertLe(lowest, stored);
            assertLe(stored, highest);
            assertLe((highest - stored) * 10_000, stored * BAND_BPS);
            assertLe((stored - lowest) * 10_000, stored * BAND_BPS);
        }
    }

    /* READ */

    function test_Price_IsGoodForExactlyItsMaximumAge() public {
        book.update(MARKET);
        uint256 observedAt = block.timestamp;
        vm.warp(observedAt + 60);

        book.price(MARKET, 60);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.PriceTooOld.selector, MARKET, observedAt, 59));
        book.price(MARKET, 59);
    }

    function test_Price_IsKnownFromTheFirstSecondOn() public {
        vm.warp(1);
        sources[0].say(1001e8, 1);
        sources[1].say(1001e8, 1);
        book.update(MARKET);

        (uint128 price, uint48 observedAt) = book.price(MARKET, 0);

        assertEq(price, 1001e8);
        assertEq(observedAt, 1, "only zero means never");
    }

    function test_RevertGiven_Price_WasNeverUpdated() public {
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.PriceTooOld.selector, MARKET, 0, type(uint256).max));
        book.price(MARKET, type(uint256).max);
    }

    function _expectHalted(IPriceBook.HaltReason reason) private {
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.MarketIsHalted.selector, MARKET, reason));
        book.price(MARKET, type(uint256).max);
    }
}

contract PriceBookCandleTest is OracleTest {
    function setUp() public override {
        super.setUp();
        _createMarket(_params());
    }

    /* CLOSE */

    function test_Close_TakesTheCandleAndEmitsIt() public {
        Candle memory c = _report(0, 1400e8);

        vm.expectEmit(address(book));
        emit IPriceBook.CandleClosed(MARKET, 1, c.start, c.end, c.open, c.high, c.low, c.close);
        vm.prank(stranger);
        CandleState memory state = book.close(MARKET);

        assertEq(state.index, 1);
        assertEq(state.closedAt, c.end);
        assertFalse(state.gapped);
        assertNotEq(state.features, bytes32(0));
        assertEq(abi.encode(state), abi.encode(book.candleState(MARKET)));
    }

    function test_PRC2_Close_IsIdempotent() public {
        CandleState memory first = _closeSession(0, 1400e8);
        bytes32[] memory words = book.featureState(MARKET);

        vm.recordLogs();
        CandleState memory second = book.close(MARKET);

        assertEq(abi.encode(second), abi.encode(first));
        assertEq(abi.encode(book.featureState(MARKET)), abi.encode(words));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Close_SkipsTheAgeOfTheCandle() public {
        _report(0, 1400e8);
        vm.warp(block.timestamp + 30 days);

        assertEq(book.close(MARKET).index, 1, "candles are counted, not clocked");
    }

    function test_RevertGiven_NoCandleWasEverReported() public {
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleMissing.selector, MARKET));
        book.close(MARKET);
    }

    function test_PRC2_RevertWhen_CandleOverlapsTheLast() public {
        _closeSession(1, 1400e8);
        Candle memory overlapping = _candle(1, 1400e8);
        overlapping.start += 1;
        overlapping.end += 1;
        origin.report(overlapping);
        vm.warp(overlapping.end);

        vm.expectRevert(
            abi.encodeWithSelector(
                IPriceBook.CandleOutOfOrder.selector, overlapping.start, FIRST_START + 2 * PERIOD
            )
        );
        book.close(MARKET);
    }

    function test_PRC2_Close_IgnoresAnOlderCandle() public {
        _closeSession(3, 1400e8);

        assertEq(_closeSession(2, 1300e8).index, 1);
    }

    function test_RevertWhen_CandleIsNotOfThePeriod() public {
        Candle memory c = _candle(0, 1400e8);
        c.end -= 1;
        _expectMalformed(c);
    }

    function test_RevertWhen_CandleHasNotEnded() public {
        Candle memory c = _candle(0, 1400e8);
        origin.report(c);
        vm.warp(c.end - 1);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleMalformed.selector, MARKET, c.start));
        book.close(MARKET);
    }

    function test_RevertWhen_CandlePricesContradict() public {
        Candle memory c = _candle(0, 1400e8);
        c.low = 0;
        _expectMalformed(c);

        c = _candle(0, 1400e8);
        c.close = c.high + 1;
        _expectMalformed(c);

        c = _candle(0, 1400e8);
        c.close = c.low - 1;
        _expectMalformed(c);

        c = _candle(0, 1400e8);
        c.open = c.high + 1;
        _expectMalformed(c);

        c = _candle(0, 1400e8);
        c.open = c.low - 1;
        _expectMalformed(c);
    }

    function test_Close_TakesTheWidestPossibleCandle() public {
        Candle memory c = _candle(0, 1400e8);
        (c.low, c.high) = (1, type(uint128).max);
        origin.report(c);
        vm.warp(c.end);

        assertEq(book.close(MARKET).index, 1);
    }

    function test_Close_TakesACandleThatOpensAtItsExtremes() public {
        Candle memory c = _candle(0, 1400e8);
        c.open = c.high;
        origin.report(c);
        vm.warp(c.end);
        assertEq(book.close(MARKET).index, 1, "at the high");

        c = _candle(1, 1400e8);
        c.open = c.low;
        origin.report(c);
        vm.warp(c.end);
        assertEq(book.close(MARKET).index, 2, "at the low");
    }

    function testFuzz_PRC2_IndicesCountAndCandlesNeverOverlap(uint16[12] memory offsets) public {
        uint256 lastEnd;
        uint32 index;
        for (uint256 i; i < offsets.length; ++i) {
            Candle memory c = _candle(0, 1400e8);
            c.start += uint48(bound(offsets[i], 0, 12)) * (PERIOD / 2);
            c.end = c.start + PERIOD;
            origin.report(c);
            vm.warp(FIRST_START + 60 * PERIOD);

            try book.close(MARKET) returns (CandleState memory state) {
                bool isTaken = c.start >= lastEnd;
                if (isTaken) (index, lastEnd) = (index + 1, c.end);
                assertEq(state.index, index);
                assertEq(state.closedAt, lastEnd);
            } catch {
                assertLt(c.start, lastEnd);
                assertGt(c.end, lastEnd);
            }
        }
    }

    function _expectMalformed(Candle memory c) private {
        origin.report(c);
        if (block.timestamp < c.end) vm.warp(c.end);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleMalformed.selector, MARKET, c.start));
        book.close(MARKET);
    }

    /* GAPS */

    function test_Close_TakesAGapWithinBounds() public {
        _closeSession(0, 1400e8);

        vm.recordLogs();
        assertFalse(_closeSession(1 + MAX_GAP / PERIOD, 1400e8).gapped);
        assertEq(vm.getRecordedLogs().length, 1, "the candle and no gap");
    }

    function test_Close_MarksALongerGapUntilItIsAcknowledged() public {
        _closeSession(0, 1400e8);
        Candle memory c = _report(1 + MAX_GAP / PERIOD, 1400e8);
        c.start += 1;
        c.end += 1;
        origin.report(c);
        vm.warp(c.end);

        vm.expectEmit(address(book));
        emit IPriceBook.GapFound(MARKET, 2, MAX_GAP + 1);
        assertTrue(book.close(MARKET).gapped);
        assertTrue(_closeSession(2 + MAX_GAP / PERIOD + 1, 1400e8).gapped, "the next candle does not clear it");

        vm.expectEmit(address(book));
        emit IPriceBook.GapAcknowledged(MARKET, 3);
        vm.prank(governor);
        book.acknowledgeGap(MARKET);
        assertFalse(book.candleState(MARKET).gapped);
    }

    function test_Close_MarksAGapOfOneSecondWhereNoneIsAllowed() public {
        MarketParams memory params = _params();
        params.maxGap = 0;
        vm.prank(governor);
        book.createMarket(UNKNOWN_MARKET, params);
        origin.report(_candle(0, 1400e8));
        vm.warp(FIRST_START + PERIOD);
        book.close(UNKNOWN_MARKET);
        Candle memory c = _candle(1, 1400e8);
        (c.start, c.end) = (c.start + 1, c.end + 1);
        origin.report(c);
        vm.warp(c.end);

        vm.expectEmit(address(book));
        emit IPriceBook.GapFound(UNKNOWN_MARKET, 2, 1);
        assertTrue(book.close(UNKNOWN_MARKET).gapped);
    }

    function test_RevertGiven_ThereIsNoGap() public {
        vm.prank(governor);
        vm.expectRevert(abi.encodeWithSelector(IPriceBook.GapNotFound.selector, MARKET));
        book.acknowledgeGap(MARKET);
    }

    /* SEED */

    function test_Seed_EventsEveryRow() public {
        vm.warp(FIRST_START + 3 * PERIOD);
        Candle[] memory candles = _candles(0, 3);

        for (uint256 i; i < 3; ++i) {
            Candle memory c = candles[i];
            vm.expectEmit(address(book));
            emit IPriceBook.CandleSeeded(MARKET, uint32(i + 1), c.start, c.end, c.open, c.high, c.low, c.close);
        }
        _seed(candles);
    }

    function test_Seed_LeavesWhatLiveCandlesWouldHaveLeft() public {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 6; ++i) {
            _closeSession(i, uint128(1400e8 + i * 3e8));
        }
        bytes memory live = abi.encode(book.candleState(MARKET), book.featureState(MARKET));
        vm.revertToState(snapshot);

        vm.warp(FIRST_START + 6 * PERIOD);
        _seed(_candles(0, 4));
        _seed(_candles(4, 6));

        assertEq(abi.encode(book.candleState(MARKET), book.featureState(MARKET)), live);
    }

    function test_Seed_CountsTowardTheFirstLiveIndex() public {
        vm.warp(FIRST_START + 2 * PERIOD);
        _seed(_candles(0, 2));

        assertEq(book.close(MARKET).index, 2, "nothing live yet");
        assertEq(_closeSession(2, 1400e8).index, 3);
    }

    function test_RevertGiven_Seed_ComesAfterALiveCandle() public {
        _closeSession(0, 1400e8);
        vm.warp(FIRST_START + 9 * PERIOD);
        Candle[] memory candles = _candles(1, 2);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.SeedTooLate.selector, MARKET));
        _seed(candles);
    }

    function test_RevertWhen_Seed_IsOutOfOrder() public {
        vm.warp(FIRST_START + 9 * PERIOD);
        Candle[] memory candles = _candles(0, 2);
        candles[1] = candles[0];

        vm.expectRevert(
            abi.encodeWithSelector(IPriceBook.CandleOutOfOrder.selector, FIRST_START, FIRST_START + PERIOD)
        );
        _seed(candles);
    }

    function test_RevertWhen_Seed_HasNotEnded() public {
        Candle[] memory candles = _candles(0, 1);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleMalformed.selector, MARKET, FIRST_START));
        _seed(candles);
    }

    function _seed(Candle[] memory candles) private {
        vm.prank(governor);
        book.seed(MARKET, candles);
    }

    function _candles(uint256 from, uint256 to) private pure returns (Candle[] memory candles) {
        candles = new Candle[](to - from);
        for (uint256 i = from; i < to; ++i) {
            candles[i - from] = _candle(i, uint128(1400e8 + i * 3e8));
        }
    }
}

contract PriceBookConfirmationTest is OracleTest {
    ScriptedSource private first;
    ScriptedSource private second;

    /// @dev The candle source and two others; two voices are needed, so one other must confirm a candle.
    function setUp() public override {
        super.setUp();
        IPriceSource[] memory sources = new IPriceSource[](3);
        (first, second) = (_newSource(1), _newSource(1));
        (sources[0], sources[1], sources[2]) = (first, origin, second);
        _createMarket(_paramsOf(sources, 2));
        _report(0, 1000e8);
    }

    function test_Close_TakesACloseWithinTheBandOfTheOthers() public {
        _say(995e8, 1005e8);

        assertEq(book.close(MARKET).index, 1);
    }

    function test_Close_AsksNotTheCandleSource() public {
        _say(1000e8, 1000e8);
        origin.say(500e8, block.timestamp);

        assertEq(book.close(MARKET).index, 1);
    }

    function test_Close_AllowsExactlyTheBand() public {
        _say(990.1e8, 990.1e8); // one percent of it is 9.901: the edge lies at 1000.001
        assertEq(book.close(MARKET).index, 1);
    }

    function test_RevertWhen_CloseIsOutsideTheBand() public {
        _say(980e8, 1000e8);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleOutsideBand.selector, 1000e8, 990e8, BAND_BPS));
        book.close(MARKET);
    }

    function test_RevertGiven_NoOtherSourceIsFresh() public {
        first.say(1000e8, block.timestamp - SOURCE_MAX_AGE - 1);
        second.say(1000e8, block.timestamp + 1);

        vm.expectRevert(abi.encodeWithSelector(IPriceBook.CandleUnconfirmed.selector, 0, 1));
        book.close(MARKET);
    }

    function test_Close_NeedsNobodyElseWhereOneSourceIsEnough() public {
        IPriceSource[] memory sources = new IPriceSource[](2);
        (sources[0], sources[1]) = (origin, first);
        vm.prank(governor);
        book.createMarket(UNKNOWN_MARKET, _paramsOf(sources, 1));
        first.say(1000e8, block.timestamp - SOURCE_MAX_AGE - 1);

        assertEq(book.close(UNKNOWN_MARKET).index, 1);
    }

    function test_O6_RevertWhen_CallerStarvesTheConfirmers() public {
        _say(500e8, 500e8);

        vm.expectPartialRevert(IPriceBook.SourceGasTooLow.selector);
        book.close{gas: Observations.SOURCE_GAS}(MARKET);
    }

    function _say(uint128 firstPrice, uint128 secondPrice) private {
        first.say(firstPrice, block.timestamp);
        second.say(secondPrice, block.timestamp);
    }
}
