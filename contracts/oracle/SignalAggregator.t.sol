// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {Test} from "forge-std/Test.sol";

import {FeedId, ISignalFeed, Level, Signal} from "../interfaces/ISignalFeed.sol";
import {SignalAggregator} from "./SignalAggregator.sol";

// latestRoundData: what `latest` gives under the constructor's age and levels; its reverts
// getRoundData: a round of the ring; any other, or one of another level → "No data present"
// description, decimals, version: as an aggregator's
// constructor: age and levels given, feed known

/// A feed of two rounds, 8 and 9, with the refusals of the real one.
contract TwoRoundFeed {
    FeedId private constant FEED = FeedId.wrap("SPX/USD vol");
    int64 public value;
    uint48 public closedAt;
    uint8 public level;

    function publish(int64 value_, uint48 closedAt_, uint8 level_) external {
        (value, closedAt, level) = (value_, closedAt_, level_);
    }

    function peek(FeedId feed) public view returns (Signal memory) {
        require(FeedId.unwrap(feed) == FeedId.unwrap(FEED), ISignalFeed.FeedUnknown(feed));
        return Signal(value, closedAt, 9, level);
    }

    function latest(FeedId feed, uint256 maxAge, uint8 levels) external view returns (Signal memory) {
        require(block.timestamp - closedAt <= maxAge, ISignalFeed.SignalTooOld(feed, closedAt, maxAge));
        require(level & levels != 0, ISignalFeed.SignalLevelNotAccepted(level, levels));
        return peek(feed);
    }

    function signalAt(FeedId feed, uint32 round) external view returns (Signal memory signal) {
        require(round == 8 || round == 9, "No data present");
        signal = peek(feed);
        signal.round = round;
    }
}

contract SignalAggregatorTest is Test {
    FeedId private constant FEED = FeedId.wrap("SPX/USD vol");
    uint48 private constant CLOSED_AT = 1_700_000_000;
    uint256 private constant MAX_AGE = 6 days;

    TwoRoundFeed private feed = new TwoRoundFeed();
    SignalAggregator private aggregator;

    function setUp() public {
        vm.warp(CLOSED_AT);
        feed.publish(-2 << 32, CLOSED_AT, Level.EXECUTED);
        aggregator = new SignalAggregator(ISignalFeed(address(feed)), FEED, MAX_AGE, Level.EXECUTED);
    }

    function test_LatestRoundData_IsTheSignalInPercentAYear() public view {
        _expectAnswer(9, 0.25e8); // 2^−2
    }

    function test_LatestRoundData_RoundsDown() public {
        feed.publish((-1 << 32) / 2, CLOSED_AT, Level.EXECUTED);
        _expectAnswer(9, 0.70710678e8); // √½ = 0.707106781…

        feed.publish(-27 << 32, CLOSED_AT, Level.EXECUTED);
        _expectAnswer(9, 0); // 2^−27 = 0.745…e−8
    }

    function test_LatestRoundData_IsGoodForExactlyItsMaximumAge() public {
        vm.warp(CLOSED_AT + MAX_AGE);
        aggregator.latestRoundData();

        vm.warp(CLOSED_AT + MAX_AGE + 1);
        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.SignalTooOld.selector, FEED, CLOSED_AT, MAX_AGE));
        aggregator.latestRoundData();
    }

    function test_RevertWhen_LevelIsNotAccepted() public {
        feed.publish(0, CLOSED_AT, Level.SCORED);

        vm.expectRevert(
            abi.encodeWithSelector(ISignalFeed.SignalLevelNotAccepted.selector, Level.SCORED, Level.EXECUTED)
        );
        aggregator.latestRoundData();
        vm.expectRevert("No data present");
        aggregator.getRoundData(9);
    }

    function test_GetRoundData_ReturnsARoundWhateverItsAge() public {
        vm.warp(CLOSED_AT + 10 * MAX_AGE);

        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) =
            aggregator.getRoundData(8);

        assertEq(id, 8);
        assertEq(answer, 0.25e8);
        assertEq(startedAt, CLOSED_AT);
        assertEq(updatedAt, CLOSED_AT);
        assertEq(answeredInRound, 8);
    }

    function test_RevertWhen_RoundIsNotThere() public {
        uint80[4] memory absent = [uint80(0), 7, 10, 2 ** 32 + 9];
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert("No data present");
            aggregator.getRoundData(absent[i]);
        }
    }

    function test_Constants_AreThoseOfAnAggregator() public view {
        assertEq(aggregator.decimals(), 8);
        assertEq(aggregator.version(), 1);
        assertEq(aggregator.description(), "SPX/USD vol");
        assertEq(address(aggregator.signalFeed()), address(feed));
        assertEq(FeedId.unwrap(aggregator.feed()), FeedId.unwrap(FEED));
        assertEq(aggregator.maxAge(), MAX_AGE);
        assertEq(aggregator.levels(), Level.EXECUTED);
    }

    function test_RevertWhen_FeedIsUnknown() public {
        FeedId unknown = FeedId.wrap("DOW/USD vol");

        vm.expectRevert(abi.encodeWithSelector(ISignalFeed.FeedUnknown.selector, unknown));
        new SignalAggregator(ISignalFeed(address(feed)), unknown, MAX_AGE, Level.EXECUTED);
    }

    function test_RevertWhen_AgeOrLevelsAreNotGiven() public {
        vm.expectRevert(SignalAggregator.SignalMaxAgeZero.selector);
        new SignalAggregator(ISignalFeed(address(feed)), FEED, 0, Level.EXECUTED);
        vm.expectRevert(abi.encodeWithSelector(SignalAggregator.SignalLevelsInvalid.selector, 0));
        new SignalAggregator(ISignalFeed(address(feed)), FEED, MAX_AGE, 0);
        vm.expectRevert(abi.encodeWithSelector(SignalAggregator.SignalLevelsInvalid.selector, 8));
        new SignalAggregator(ISignalFeed(address(feed)), FEED, MAX_AGE, 8);
    }

    function _expectAnswer(uint80 round, int256 expected) private view {
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) =
            AggregatorV3Interface(address(aggregator)).latestRoundData();
        assertEq(id, round);
        assertEq(answer, expected);
        assertEq(startedAt, CLOSED_AT);
        assertEq(updatedAt, CLOSED_AT);
        assertEq(answeredInRound, round);
    }
}
