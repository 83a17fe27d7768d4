// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {MarketCode} from "./MarketCode.sol";

contract MarketCodeHarness {
    function write(MarketId market, MarketParams calldata params) external {
        MarketCode.write(market, params);
    }

    function read(MarketId market) external view returns (bytes memory) {
        return MarketCode.read(market);
    }

    /// The plain Solidity that `read` replaces.
    function plainRead(MarketId market) external view returns (bytes memory code) {
        address pointer = SSTORE2.predictDeterministicAddress(MarketId.unwrap(market));
        if (pointer.code.length > 0) code = SSTORE2.read(pointer);
    }

    function exists(MarketId market) external view returns (bool) {
        return MarketCode.exists(market);
    }

    function decode(MarketId market) external view returns (MarketParams memory) {
        return MarketCode.decode(MarketCode.read(market));
    }

    /// Every field that has a reader of its own.
    function fields(MarketId market) external view returns (uint256[7] memory) {
        bytes memory code = MarketCode.read(market);
        return [
            uint160(address(MarketCode.candleSource(code))),
            MarketCode.bandBps(code),
            MarketCode.sourceMaxAge(code),
            MarketCode.period(code),
            MarketCode.minSources(code),
            MarketCode.confirmers(code),
            MarketCode.maxGap(code)
        ];
    }
}

contract MarketCodeTest is Test {
    MarketId private constant MARKET = MarketId.wrap("SPX/USD");

    MarketCodeHarness private harness = new MarketCodeHarness();

    function test_Read_IsEmptyBeforeTheWrite() public view {
        assertEq(harness.read(MARKET).length, 0);
        assertFalse(harness.exists(MARKET));
    }

    function testFuzz_Write_KeepsEveryField(MarketParams memory params, uint256 sources, uint32[6] memory alphas)
        public
    {
        _shape(params, sources, alphas);

        harness.write(MARKET, params);

        assertTrue(harness.exists(MARKET));
        assertFalse(harness.exists(MarketId.wrap("DOW/USD")));
        assertEq(abi.encode(harness.decode(MARKET)), abi.encode(params));
    }

    function testDiff_Read_IsThePlainRead(MarketParams memory params, uint256 sources, uint32[6] memory alphas)
        public
    {
        assertEq(harness.read(MARKET), harness.plainRead(MARKET));
        _shape(params, sources, alphas);

        harness.write(MARKET, params);

        assertEq(harness.read(MARKET), harness.plainRead(MARKET));
    }

    function testFuzz_Fields_AreThoseWritten(MarketParams memory params, uint256 sources, uint32[6] memory alphas)
        public
    {
        _shape(params, sources, alphas);
        params.sources[0] = params.candleSource;
        uint256 confirmers;
        for (uint256 i; i < params.sources.length; ++i) {
            if (address(params.sources[i]) != address(params.candleSource)) ++confirmers;
        }

        harness.write(MARKET, params);

        uint256[7] memory fields = harness.fields(MARKET);
        assertEq(fields[0], uint160(address(params.candleSource)));
        assertEq(fields[1], params.bandBps);
        assertEq(fields[2], params.sourceMaxAge);
        assertEq(fields[3], params.period);
        assertEq(fields[4], params.minSources);
        assertEq(fields[5], confirmers);
        assertEq(fields[6], params.maxGap);
    }

    function test_Write_CostsOneColdReadWhateverTheSources() public {
        MarketParams memory params;
        _shape(params, 8, [uint32(1), 2, 3, 4, 5, 6]);
        harness.write(MARKET, params);

        assertEq(harness.read(MARKET).length, 66 + 8 * 20);
    }

    function _shape(MarketParams memory params, uint256 sources, uint32[6] memory alphas) private pure {
        params.sources = new IPriceSource[](bound(sources, 1, 8));
        for (uint256 i; i < params.sources.length; ++i) {
            params.sources[i] = IPriceSource(address(uint160(uint256(keccak256(abi.encode(sources, i))))));
        }
        params.alphasQ32 = new uint32[](6);
        for (uint256 i; i < 6; ++i) {
            params.alphasQ32[i] = alphas[i];
        }
    }
}
