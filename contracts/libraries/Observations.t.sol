// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {
    GasBurningSource,
    MalformedSource,
    OversizedAnswerSource,
    RevertingSource,
    ScriptedSource,
    ShortAnswerSource
} from "../oracle/Sources.t.sol";
import {Observation, Observations} from "./Observations.sol";

contract ObservationsHarness {
    IPriceSource[] private _sources;

    function setSources(IPriceSource[] calldata sources) external {
        _sources = sources;
    }

    function fresh(uint256 maxAge, IPriceSource excluded) external view returns (Observation[] memory) {
        return Observations.fresh(_sources, MarketId.wrap("A/B"), maxAge, excluded);
    }

    function median(Observation[] memory sorted) external pure returns (Observation memory) {
        return Observations.median(sorted);
    }

    function tryRead(IPriceSource source) external view returns (Observation memory) {
        return Observations.tryRead(source, MarketId.wrap("A/B"));
    }

    /// The plain Solidity that `tryRead` replaces.
    function plainRead(IPriceSource source) external view returns (Observation memory observation) {
        try source.observation{gas: Observations.SOURCE_GAS}(MarketId.wrap("A/B")) returns (uint128 p, uint48 t) {
            observation = Observation(p, t);
        } catch {}
    }
}

contract ObservationsTest is Test {
    uint256 private constant NOW = 1_000_000;
    uint256 private constant MAX_AGE = 600;

    ObservationsHarness private harness = new ObservationsHarness();

    function setUp() public {
        vm.warp(NOW);
    }

    /* FRESH */

    function test_Fresh_KeepsWhatIsExactlyAsOldAsAllowed() public {
        _source(100, NOW - MAX_AGE);

        assertEq(harness.fresh(MAX_AGE, IPriceSource(address(0))).length, 1);
    }

    function test_O6_Fresh_DropsStaleFutureAndEmptySources() public {
        IPriceSource[] memory sources = new IPriceSource[](4);
        sources[0] = _scripted(100, NOW - MAX_AGE - 1);
        sources[1] = _scripted(101, NOW + 1);
        sources[2] = _scripted(0, NOW);
        sources[3] = _scripted(103, NOW);
        harness.setSources(sources);

        Observation[] memory fresh = harness.fresh(MAX_AGE, IPriceSource(address(0)));

        assertEq(fresh.length, 1);
        assertEq(fresh[0].price, 103);
    }

    function test_Fresh_LeavesOutTheExcludedSource() public {
        IPriceSource[] memory sources = new IPriceSource[](2);
        sources[0] = _scripted(100, NOW);
        sources[1] = _scripted(200, NOW);
        harness.setSources(sources);

        Observation[] memory fresh = harness.fresh(MAX_AGE, sources[0]);

        assertEq(fresh.length, 1);
        assertEq(fresh[0].price, 200);
    }

    function testFuzz_Fresh_AscendsByPriceAndLosesNothing(uint128[8] memory prices) public {
        IPriceSource[] memory sources = new IPriceSource[](8);
        uint256 total;
        for (uint256 i; i < 8; ++i) {
            prices[i] = uint128(bound(prices[i], 1, type(uint128).max));
            sources[i] = _scripted(prices[i], NOW);
            total += prices[i];
        }
        harness.setSources(sources);

        Observation[] memory fresh = harness.fresh(MAX_AGE, IPriceSource(address(0)));

        assertEq(fresh.length, 8);
        for (uint256 i; i < 8; ++i) {
            total -= fresh[i].price;
            if (i > 0) assertLe(fresh[i - 1].price, fresh[i].price);
        }
        assertEq(total, 0);
    }

    /* MEDIAN */

    function test_Median_OfOddCountIsTheMiddle() public view {
        Observation[] memory sorted = new Observation[](3);
        sorted[0] = Observation(10, 5);
        sorted[1] = Observation(20, 7);
        sorted[2] = Observation(99, 1);

        Observation memory median = harness.median(sorted);

        assertEq(median.price, 20);
        assertEq(median.observedAt, 7);
    }

    function test_Median_OfEvenCountRoundsDownAndIsAsOldAsTheOlder() public view {
        Observation[] memory sorted = new Observation[](4);
        sorted[0] = Observation(1, 1);
        sorted[1] = Observation(10, 9);
        sorted[2] = Observation(13, 4);
        sorted[3] = Observation(99, 2);

        Observation memory median = harness.median(sorted);

        assertEq(median.price, 11);
        assertEq(median.observedAt, 4);
    }

    function test_Median_OfTheLargestPricesDoesNotOverflow() public view {
        Observation[] memory sorted = new Observation[](2);
        sorted[0] = Observation(type(uint128).max, 1);
        sorted[1] = Observation(type(uint128).max, 1);

        assertEq(harness.median(sorted).price, type(uint128).max);
    }

    /* BAND */

    function testFuzz_Within_MeansDistanceOverMedianAtMostBand(uint128 price, uint128 median, uint16 bandBps)
        public
        pure
    {
        bandBps = uint16(bound(bandBps, 0, 10_000));
        uint256 low = _ceilDiv(uint256(median) * (10_000 - bandBps), 10_000);
        uint256 high = uint256(median) * (10_000 + uint256(bandBps)) / 10_000;

        assertEq(Observations.isWithin(price, median, bandBps), low <= price && price <= high);
    }

    /* READING */

    function test_TryRead_EqualsPlainSolidity() public {
        IPriceSource[4] memory sources = [
            _scripted(123, NOW - 7),
            _scripted(0, 0),
            IPriceSource(address(new RevertingSource())),
            IPriceSource(address(new GasBurningSource()))
        ];
        for (uint256 i; i < sources.length; ++i) {
            Observation memory plain = harness.plainRead(sources[i]);
            Observation memory read = harness.tryRead(sources[i]);

            assertEq(read.price, plain.price);
            assertEq(read.observedAt, plain.observedAt);
        }
    }

    function test_O6_TryRead_TakesMalformedAnswersForNone() public {
        address[4] memory sources = [
            address(new ShortAnswerSource()),
            address(new MalformedSource(uint256(type(uint128).max) + 1, NOW)),
            address(new MalformedSource(1, uint256(type(uint48).max) + 1)),
            makeAddr("no code")
        ];
        for (uint256 i; i < sources.length; ++i) {
            Observation memory read = harness.tryRead(IPriceSource(sources[i]));

            assertEq(read.price, 0);
            assertEq(read.observedAt, 0);
        }
    }

    function test_O6_TryRead_CostsAtMostTheBound() public {
        address[2] memory sources = [address(new GasBurningSource()), address(new OversizedAnswerSource(1))];
        for (uint256 i; i < sources.length; ++i) {
            uint256 before = gasleft();
            harness.tryRead(IPriceSource(sources[i]));

            assertLt(before - gasleft(), Observations.SOURCE_GAS + 10_000);
        }
    }

    function test_RevertWhen_TryRead_HasTooLittleGasToAskProperly() public {
        IPriceSource source = _scripted(1, NOW);

        vm.expectPartialRevert(IPriceBook.SourceGasTooLow.selector);
        harness.tryRead{gas: Observations.SOURCE_GAS}(source);
    }

    function _source(uint128 price, uint256 observedAt) private {
        IPriceSource[] memory sources = new IPriceSource[](1);
        sources[0] = _scripted(price, observedAt);
        harness.setSources(sources);
    }

    function _scripted(uint128 price, uint256 observedAt) private returns (IPriceSource) {
        ScriptedSource source = new ScriptedSource();
        source.say(price, observedAt);
        return source;
    }

    function _ceilDiv(uint256 a, uint256 b) private pure returns (uint256) {
        return a == 0 ? 0 : (a - 1) / b + 1;
    }
}
