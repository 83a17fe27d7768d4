// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

import {Roles} from "../access/Roles.sol";
import {CandleState, MarketParams} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {FeedId} from "../interfaces/ISignalFeed.sol";
import {Candle, ISignedSource} from "../interfaces/ISignedSource.sol";
import {PriceBook} from "./PriceBook.sol";
import {ScriptedCandleSource, ScriptedSource} from "./Sources.t.sol";

/// What the tests of the oracle contracts share: one market on scripted sources, sessions of one day, a governor.
abstract contract OracleTest is Test {
    MarketId internal constant MARKET = MarketId.wrap("SPX/USD");
    MarketId internal constant UNKNOWN_MARKET = MarketId.wrap("DOW/USD");
    FeedId internal constant FEED = FeedId.wrap("SPX/USD vol");

    uint256 internal constant FIRST_START = 1_167_782_400; // 2007-01-03 00:00 UTC
    uint32 internal constant PERIOD = 1 days;
    uint32 internal constant MAX_GAP = 8 days;
    uint32 internal constant SOURCE_MAX_AGE = 10 minutes;
    uint16 internal constant BAND_BPS = 100;
    uint16 internal constant DEVIATION_BPS = 50;
    uint16 internal constant PERIODS_PER_YEAR = 252;

    // 2^32 · (1 − 2^(−1/h)) for half-lives of 1.5, 4, 12, 40, 2 and 10 sessions
    uint32[6] internal ALPHAS_Q32 = [1589307443, 683344693, 241057991, 73784967, 1257966796, 287621111];

    address internal governor = makeAddr("governor");
    address internal stranger = makeAddr("stranger");
    AccessManager internal manager;
    PriceBook internal book;
    ScriptedCandleSource internal origin;

    function setUp() public virtual {
        vm.warp(FIRST_START);
        manager = new AccessManager(address(this));
        manager.grantRole(Roles.GOVERNOR, governor, 0);
        book = new PriceBook(address(manager));
        origin = new ScriptedCandleSource();
        _govern(address(book), PriceBook.createMarket.selector);
        _govern(address(book), PriceBook.seed.selector);
        _govern(address(book), PriceBook.acknowledgeGap.selector);
    }

    function _govern(address target, bytes4 selector) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, Roles.GOVERNOR);
    }

    /// @dev One source, which also reports the candles.
    function _params() internal view returns (MarketParams memory params) {
        IPriceSource[] memory sources = new IPriceSource[](1);
        sources[0] = origin;
        params = _paramsOf(sources, 1);
    }

    function _paramsOf(IPriceSource[] memory sources, uint8 minSources) internal view returns (MarketParams memory) {
        uint32[] memory alphasQ32 = new uint32[](6);
        for (uint256 i; i < 6; ++i) {
            alphasQ32[i] = ALPHAS_Q32[i];
        }
        return MarketParams({
            sources: sources,
            candleSource: ISignedSource(address(origin)),
            minSources: minSources,
            bandBps: BAND_BPS,
            deviationBps: DEVIATION_BPS,
            sourceMaxAge: SOURCE_MAX_AGE,
            period: PERIOD,
            maxGap: MAX_GAP,
            periodsPerYear: PERIODS_PER_YEAR,
            featureSet: 1,
            alphasQ32: alphasQ32
        });
    }

    function _createMarket(MarketParams memory params) internal {
        vm.prank(governor);
        book.createMarket(MARKET, params);
    }

    function _newSource(uint128 price) internal returns (ScriptedSource source) {
        source = new ScriptedSource();
        source.say(price, block.timestamp);
    }

    /// @dev Session `n` of the calendar: one day long, ranging one percent either side of its close.
    function _candle(uint256 n, uint128 close) internal pure returns (Candle memory) {
        uint256 start = FIRST_START + n * PERIOD;
        return Candle({
            start: uint48(start),
            end: uint48(start + PERIOD),
            open: close,
            high: close + close / 100,
            low: close - close / 100,
            close: close
        });
    }

    /// @dev Moves time to the end of session `n`, where its candle becomes known.
    function _report(uint256 n, uint128 close) internal returns (Candle memory candle) {
        candle = _candle(n, close);
        if (block.timestamp < candle.end) vm.warp(candle.end);
        origin.report(candle);
    }

    function _closeSession(uint256 n, uint128 close) internal returns (CandleState memory) {
        _report(n, close);
        return book.close(MARKET);
    }
}
