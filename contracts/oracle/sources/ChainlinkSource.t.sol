// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    ArbitrumSequencerUptimeFeed
} from "@chainlink/contracts/src/v0.8/l2ep/arbitrum/ArbitrumSequencerUptimeFeed.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";

import {IChainlinkSource} from "../../interfaces/IChainlinkSource.sol";
import {IPriceBook} from "../../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../../interfaces/IPriceSource.sol";
import {Observation, Observations} from "../../libraries/Observations.sol";
import {Round, Rounds} from "../../libraries/Rounds.sol";
import {GasBurningSource, OversizedAnswerSource, RevertingSource, ShortAnswerSource} from "../Sources.t.sol";
import {ChainlinkSource} from "./ChainlinkSource.sol";

// observation
// ├── given no aggregator → never reported
// ├── given a round that is incomplete, carried over, from the future, not positive, too large → never reported
// ├── given an aggregator that reverts, burns its gas, answers short, long or malformed → never reported
// ├── given 0 to 36 decimals → scaled to 8, rounded down; zero after rounding → never reported
// ├── given a sequencer that is down, in grace, undated, silent → never reported
// └── when the caller brings too little gas → reverts
// setAggregator: once, by the governor, at most 36 decimals
// constructor: a grace with a sequencer and only then

/// Answers whatever words the test has set, wider than their types if it likes.
contract ScriptedAggregator {
    uint8 public immutable decimals;
    uint256[5] private _words;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function say(uint256 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint256 answeredInRound) external {
        _words = [id, uint256(answer), startedAt, updatedAt, answeredInRound];
    }

    function latestRoundData() external view returns (uint256, uint256, uint256, uint256, uint256) {
        return (_words[0], _words[1], _words[2], _words[3], _words[4]);
    }
}

/// Stands in for the flags contract that Arbitrum's uptime feed reports to.
contract SilentFlags {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(false);
    }
}

contract RoundsHarness {
    function tryLatest(AggregatorV3Interface aggregator) external view returns (Round memory) {
        return Rounds.tryLatest(aggregator);
    }

    /// The plain Solidity that `tryLatest` replaces.
    function plainLatest(AggregatorV3Interface aggregator) external view returns (Round memory round) {
        try aggregator.latestRoundData{gas: Rounds.READ_GAS}() returns (
            uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound
        ) {
            round = Round(id, answer, startedAt, updatedAt, answeredInRound);
        } catch {}
    }
}

contract ChainlinkSourceTest is Test {
    MarketId private constant MARKET = MarketId.wrap("BTC/USD");
    uint256 private constant NOW = 1_700_000_000;
    uint32 private constant GRACE = 1 hours;

    AccessManager private manager;
    ChainlinkSource private source;
    ScriptedAggregator private aggregator;

    function setUp() public {
        vm.warp(NOW);
        manager = new AccessManager(address(this));
        source = new ChainlinkSource(address(manager), AggregatorV3Interface(address(0)), 0);
        aggregator = new ScriptedAggregator(8);
        aggregator.say(7, 43_210e8, NOW - 70, NOW - 60, 7);
        source.setAggregator(MARKET, AggregatorV3Interface(address(aggregator)));
    }

    /* SET UP */

    function test_SetAggregator_StoresAndEmits() public {
        MarketId market = MarketId.wrap("ETH/USD");
        AggregatorV3Interface added = AggregatorV3Interface(address(new ScriptedAggregator(18)));

        vm.expectEmit(address(source));
        emit IChainlinkSource.AggregatorSet(market, added, 18);
        source.setAggregator(market, added);

        assertEq(address(source.aggregatorOf(market)), address(added));
        uint256 slot = uint256(vm.load(address(source), keccak256(abi.encode(market, 1))));
        assertEq(slot, uint160(address(added)) | (uint256(18) << 160), "one slot");
    }

    function test_RevertGiven_AggregatorExists() public {
        AggregatorV3Interface added = AggregatorV3Interface(address(new ScriptedAggregator(8)));

        vm.expectRevert(
            abi.encodeWithSelector(IChainlinkSource.AggregatorExists.selector, MARKET, address(aggregator))
        );
        source.setAggregator(MARKET, added);
    }

    function test_RevertWhen_DecimalsAreTooMany() public {
        AggregatorV3Interface added = AggregatorV3Interface(address(new ScriptedAggregator(37)));

        vm.expectRevert(abi.encodeWithSelector(IChainlinkSource.AggregatorDecimalsInvalid.selector, 37, 36));
        source.setAggregator(MarketId.wrap("ETH/USD"), added);
    }

    function test_RevertWhen_StrangerSetsAnAggregator() public {
        address stranger = makeAddr("stranger");

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        source.setAggregator(MARKET, AggregatorV3Interface(address(aggregator)));
    }

    function test_RevertWhen_GraceAndSequencerDoNotGoTogether() public {
        AggregatorV3Interface uptime = AggregatorV3Interface(address(aggregator));
        vm.expectRevert(abi.encodeWithSelector(IChainlinkSource.SequencerGraceInvalid.selector, uptime, 0));
        new ChainlinkSource(address(manager), uptime, 0);

        vm.expectRevert(abi.encodeWithSelector(IChainlinkSource.SequencerGraceInvalid.selector, address(0), GRACE));
        new ChainlinkSource(address(manager), AggregatorV3Interface(address(0)), GRACE);
    }

    /* ROUND */

    function test_Observation_ReturnsTheNewestRound() public view {
        _expect(43_210e8, NOW - 60);
    }

    function test_Observation_IsZeroForAMarketWithoutAggregator() public view {
        (uint128 price, uint48 observedAt) = source.observation(MarketId.wrap("DOW/USD"));

        assertEq(price, 0);
        assertEq(observedAt, 0);
    }

    function test_Observation_RefusesAnIncompleteRound() public {
        aggregator.say(7, 43_210e8, NOW, 0, 7);
        _expectNothing();
    }

    function test_Observation_RefusesAnAnswerCarriedOver() public {
        aggregator.say(7, 43_210e8, NOW, NOW, 6);
        _expectNothing();
    }

    function test_Observation_RefusesAnAnswerThatIsNotPositive() public {
        aggregator.say(7, 0, NOW, NOW, 7);
        _expectNothing();
        aggregator.say(7, -1, NOW, NOW, 7);
        _expectNothing();
        aggregator.say(7, type(int256).min, NOW, NOW, 7);
        _expectNothing();
    }

    function test_Observation_RefusesTheFuture() public {
        aggregator.say(7, 43_210e8, NOW, NOW, 7);
        _expect(43_210e8, NOW);
        aggregator.say(7, 43_210e8, NOW, NOW + 1, 7);
        _expectNothing();
        aggregator.say(7, 43_210e8, NOW, type(uint256).max, 7);
        _expectNothing();
    }

    function test_Observation_RefusesMoreThan128Bits() public {
        aggregator.say(7, int256(uint256(type(uint128).max)), NOW, NOW, 7);
        _expect(type(uint128).max, NOW);
        aggregator.say(7, int256(uint256(type(uint128).max)) + 1, NOW, NOW, 7);
        _expectNothing();
        aggregator.say(7, type(int256).max, NOW, NOW, 7);
        _expectNothing();
    }

    function test_Observation_RefusesMalformedRoundIds() public {
        aggregator.say(2 ** 80, 43_210e8, NOW, NOW, 2 ** 80);
        _expectNothing();
        aggregator.say(7, 43_210e8, NOW, NOW, 2 ** 80);
        _expectNothing();
        aggregator.say(2 ** 80 - 1, 43_210e8, NOW, NOW, 2 ** 80 - 1);
        _expect(43_210e8, NOW);
    }

    function test_O6_Observation_SurvivesBrokenAggregators() public {
        address[5] memory broken = [
            address(new RevertingSource()),
            address(new GasBurningSource()),
            address(new ShortAnswerSource()),
            address(new OversizedAnswerSource(1)),
            makeAddr("no code")
        ];
        for (uint256 i; i < 5; ++i) {
            MarketId market = MarketId.wrap(bytes32(i + 1));
            vm.mockCall(broken[i], abi.encodeCall(AggregatorV3Interface.decimals, ()), abi.encode(8));
            source.setAggregator(market, AggregatorV3Interface(broken[i]));
            vm.clearMockedCalls();

            (uint128 price, uint48 observedAt) = source.observation{gas: Observations.SOURCE_GAS}(market);
            assertEq(price, 0);
            assertEq(observedAt, 0);
        }
    }

    function test_O6_RevertWhen_CallerStarvesTheAggregator() public {
        vm.expectPartialRevert(IPriceBook.SourceGasTooLow.selector);
        source.observation{gas: Rounds.READ_GAS}(MARKET);
    }

    function testDiff_TryLatest_IsThePlainCall(uint80 id, int256 answer, uint256 start, uint256 end, uint80 answeredIn)
        public
    {
        RoundsHarness harness = new RoundsHarness();
        aggregator.say(id, answer, start, end, answeredIn);
        AggregatorV3Interface asked = AggregatorV3Interface(address(aggregator));

        assertEq(abi.encode(harness.tryLatest(asked)), abi.encode(harness.plainLatest(asked)));
    }

    /* DECIMALS */

    function test_Observation_ScalesDecimals() public {
        _expectScaled(0, 43_210, 43_210e8);
        _expectScaled(6, 43_210.123456e6, 43_210.123456e8);
        _expectScaled(18, 43_210e18 + 99e8, 43_210e8);
        _expectScaled(36, 43_210e36, 43_210e8);
    }

    function test_O12_Observation_NeverRoundsToAPriceOfZero() public {
        _expectScaled(18, 1e10, 1);
        _expectScaled(18, 1e10 - 1, 0);
    }

    function test_Observation_RefusesWhatOverflowsWhenScaled() public {
        _expectScaled(0, int256(uint256(type(uint128).max)), 0);
        _expectScaled(0, type(int256).max, 0);
        _expectScaled(36, int256(uint256(type(uint128).max) * 1e28), type(uint128).max);
        _expectScaled(36, int256((uint256(type(uint128).max) + 1) * 1e28), 0);
    }

    function testFuzz_Observation_RoundsDown(uint8 decimals, uint128 answer) public {
        decimals = uint8(bound(decimals, 9, 36));
        _expectScaled(decimals, int256(uint256(answer)), answer / 10 ** (decimals - 8));
    }

    /* REAL CHAINLINK CODE */

    function test_Observation_ReadsChainlinksOwnAggregator() public {
        MockV3Aggregator real = new MockV3Aggregator(8, 2_345e8);
        MarketId market = MarketId.wrap("ETH/USD");
        source.setAggregator(market, real);
        (uint128 price, uint48 observedAt) = source.observation(market);
        assertEq(price, 2_345e8);
        assertEq(observedAt, NOW);

        vm.warp(NOW + 60);
        real.updateAnswer(2_346e8);

        (price, observedAt) = source.observation(market);
        assertEq(price, 2_346e8);
        assertEq(observedAt, NOW + 60);
    }

    function test_O10_Observation_StopsWhileArbitrumsSequencerIsDownAndInGrace() public {
        ArbitrumSequencerUptimeFeed uptime = _arbitrumUptime();
        _useSequencer(uptime);
        vm.warp(NOW + GRACE - 1);
        _expectNothing();
        vm.warp(NOW + GRACE);
        _expect(43_210e8, NOW - 60);

        _setSequencer(uptime, true);
        _expectNothing();
        vm.warp(NOW + 3 hours);
        _expectNothing();

        _setSequencer(uptime, false);
        vm.warp(NOW + 3 hours + GRACE - 1);
        _expectNothing();
        vm.warp(NOW + 3 hours + GRACE);
        _expect(43_210e8, NOW - 60);
    }

    function test_O10_Observation_StopsWhenTheUptimeFeedRefusesUs() public {
        ArbitrumSequencerUptimeFeed uptime = _arbitrumUptime();
        _useSequencer(uptime);
        uptime.removeAccess(address(source));
        vm.warp(NOW + GRACE);

        _expectNothing();
    }

    function test_O10_Observation_StopsWhenTheUptimeFeedMakesNoSense() public {
        ScriptedAggregator uptime = new ScriptedAggregator(0);
        _useSequencer(AggregatorV3Interface(address(uptime)));
        uptime.say(1, 0, NOW - GRACE, NOW, 1);
        _expect(43_210e8, NOW - 60);

        uptime.say(1, 0, 0, NOW, 1);
        _expectNothing();
        uptime.say(1, 0, NOW + 1, NOW, 1);
        _expectNothing();
        uptime.say(1, 2, NOW - GRACE, NOW, 1);
        _expectNothing();
        uptime.say(0, 0, NOW - GRACE, NOW, 0);
        _expectNothing();
    }

    /// Both reads use up all they may: the answer still comes within what the price book pays.
    function test_O6_Observation_FitsIntoTheGasOfOneSource() public {
        address burner = address(new GasBurningSource());
        vm.mockCall(burner, abi.encodeCall(AggregatorV3Interface.decimals, ()), abi.encode(8));
        ScriptedAggregator uptime = new ScriptedAggregator(0);
        uptime.say(1, 0, NOW - GRACE, NOW, 1);
        source = new ChainlinkSource(address(manager), AggregatorV3Interface(address(uptime)), GRACE);
        source.setAggregator(MARKET, AggregatorV3Interface(burner));
        vm.clearMockedCalls();

        Observation memory read = this.readAsTheBookDoes(source);
        assertEq(read.price, 0);
        source.observation{gas: Observations.SOURCE_GAS}(MARKET);
    }

    function readAsTheBookDoes(IPriceSource asked) external view returns (Observation memory) {
        return Observations.tryRead(asked, MARKET);
    }

    function _arbitrumUptime() private returns (ArbitrumSequencerUptimeFeed uptime) {
        uptime = new ArbitrumSequencerUptimeFeed(address(new SilentFlags()), makeAddr("L1 sender"));
        uptime.initialize();
    }

    function _setSequencer(ArbitrumSequencerUptimeFeed uptime, bool isDown) private {
        vm.prank(uptime.aliasedL1MessageSender());
        uptime.updateStatus(isDown, uint64(block.timestamp));
    }

    function _useSequencer(AggregatorV3Interface uptime) private {
        source = new ChainlinkSource(address(manager), uptime, GRACE);
        source.setAggregator(MARKET, AggregatorV3Interface(address(aggregator)));
        try ArbitrumSequencerUptimeFeed(address(uptime)).addAccess(address(source)) {} catch {}
        assertEq(address(source.sequencerUptime()), address(uptime));
        assertEq(source.sequencerGrace(), GRACE);
    }

    function _expectScaled(uint8 decimals, int256 answer, uint256 price) private {
        MarketId market = MarketId.wrap(keccak256(abi.encode(decimals, answer)));
        ScriptedAggregator scaled = new ScriptedAggregator(decimals);
        scaled.say(1, answer, NOW, NOW, 1);
        source.setAggregator(market, AggregatorV3Interface(address(scaled)));

        (uint128 read, uint48 observedAt) = source.observation(market);
        assertEq(read, price, "price");
        assertEq(observedAt, price > 0 ? NOW : 0, "time");
    }

    function _expect(uint256 price, uint256 at) private view {
        (uint128 read, uint48 observedAt) = source.observation(MARKET);
        assertEq(read, price, "price");
        assertEq(observedAt, at, "time");
    }

    function _expectNothing() private view {
        _expect(0, 0);
    }
}
