// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Allocation, Limit} from "../interfaces/IMandate.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {FeedId} from "../interfaces/ISignalFeed.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {IVault, Position, VaultParams} from "../interfaces/IVault.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";
import {MoodyToken, VaultFixture} from "./VaultFixture.t.sol";

/// A vault of stocks (position 0, 18 decimals) and coins (position 1, 8 decimals), half of the target each.
contract TwoPositionsTest is VaultFixture {
    MarketId private constant COIN_MARKET = MarketId.wrap("BTC/USD");
    FeedId private constant COIN_FEED = FeedId.wrap("BTC/USD vol");
    uint128 private constant COIN_PRICE = 40_000e8;
    uint256 private constant CASH = 1_000_000e6;

    MoodyToken private coin;

    function setUp() public override {
        super.setUp();
        coin = new MoodyToken("BTC", 8);
        book.set(COIN_MARKET, COIN_PRICE);
        feed.create(COIN_FEED, COIN_MARKET);

        Allocation[] memory allocations = new Allocation[](2);
        allocations[0] = Allocation({capBps: 4000, shareBps: 5000});
        allocations[1] = Allocation({capBps: 4000, shareBps: 5000});
        mandate = new Mandate(address(manager), _mandateParams(), _shareTerms(), feeRecipient, allocations);
        vault = new Vault(_twoPositions());
        _deposit(alice, CASH);
    }

    function _twoPositions() private view returns (VaultParams memory params) {
        params = _vaultParams();
        Position[] memory positions = new Position[](2);
        positions[0] = params.positions[0];
        positions[1] = Position({token: address(coin), market: COIN_MARKET, feed: COIN_FEED});
        params.positions = positions;
    }

    function test_RevertWhen_TwoPositionsHoldTheSameToken() public {
        VaultParams memory params = _twoPositions();
        params.positions[1].token = address(token);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 1, token));
        new Vault(params);
    }

    function test_RevertWhen_TheSecondPositionIsTheBaseAsset() public {
        VaultParams memory params = _twoPositions();
        params.positions[1].token = address(base);

        vm.expectRevert(abi.encodeWithSelector(IVault.PositionInvalid.selector, 1, base));
        new Vault(params);
    }

    function test_Auctions_RunSideBySide() public {
        _signal(VOL_25);
        feed.set(COIN_FEED, 7, VOL_12_5);

        vault.open(0); // half of 10 / 25
        vault.open(1); // half of 10 / 12.5

        assertEq(vault.openAuction(0).remaining, 99_403578528827037773); // 100 / 1.006
        assertEq(vault.openAuction(1).remaining, 9_94035785); // 10 / 1.006
        assertEq(vault.openAuction(1).round, 7);
    }

    function test_Value_IsTheSumOfAll() public {
        _holdBoth();

        book.set(MARKET, 3000e8);
        book.set(COIN_MARKET, 20_000e8);

        // 1,000,000 − 198,807.157057 − 397,614.314 cash; 99.403… at 3,000; 9.94035785 at 20,000
        assertEq(vault.idle(), 403_578_528943);
        assertEq(vault.totalAssets(), 403_578_528943 + 298_210_735586 + 198_807_157000);
        assertEq(vault.weightBps(0), 3311);
        assertEq(vault.weightBps(1), 2207);
    }

    function test_Auction_NeedsAFreshPriceOfItsOwnMarketOnly() public {
        skip(2 days); // the stock market is closed
        book.set(COIN_MARKET, COIN_PRICE);
        _signal(VOL_25);
        feed.set(COIN_FEED, 7, VOL_12_5);

        assertTrue(vault.isDue(1));
        assertFalse(vault.isDue(0));
        assertEq(vault.maxDeposit(bob), 0, "entry needs both");
    }

    function test_RevertGiven_TheOtherMarketIsHalted() public {
        _holdBoth();
        _signal(VOL_12_5);
        vault.open(0);
        book.halt(COIN_MARKET);
        bytes memory halted = abi.encodeWithSelector(
            IPriceBook.MarketIsHalted.selector, COIN_MARKET, IPriceBook.HaltReason.Disagreement
        );

        // What part of the vault a position is nobody knows.
        vm.expectRevert(halted);
        vault.quoteFill(0, 1e18);
        vm.expectRevert(halted);
        vault.previewOpen(0);
    }

    function test_Purchase_IsBoundedByTheCashThatTheOtherPositionLeaves() public {
        _holdBoth();
        book.set(MARKET, 2999e8);
        book.set(COIN_MARKET, 120_000e8); // far above its target, and not yet sold
        _signal(VOL_12_5);

        // The target is 459,701 away; cash above its floor is 308,851.888795: over 2999, down, over 1.006, down.
        assertEq(vault.previewOpen(0).remaining, 102_370733516539973231);
    }

    function test_Shortage_IsSoldByAPositionBelowItsTargetToo() public {
        _holdBoth();
        book.set(COIN_MARKET, 80_000e8);
        uint256 shares = vault.balanceOf(alice) * 35 / 100;
        vm.prank(alice);
        vault.requestExit(shares, alice);
        _signal(VOL_12_5); // 40 % of what stays is 363,379; 198,807 are held

        vault.open(0);

        // Owed are 489,165.009900; with 5 % of the 908,449.304100 that stay, cash lacks 131,008.946162. At 60 bp less
        // 65.899872 tokens bring that, of which this position, a fifth of all that is invested, sells a fifth.
        assertEq(vault.openAuction(0).remaining, -13_179974466023064384);
    }

    function test_Exemption_IsSharedByValue() public {
        _holdBoth();
        mandate.tighten(Limit.TurnoverBudget, 1000); // used up
        mandate.tighten(Limit.TargetVol, 0); // sell all
        uint256 shares = vault.balanceOf(alice) / 2;
        vm.prank(alice);
        vault.requestExit(shares, alice);
        _signal(VOL_25);

        vault.open(0);

        // Of the 500,000 that are owed cash lacks 96,421.471057. At 60 bp less 48.501746 tokens bring that, of which this
        // position, a third of all that is invested, sells a third and nothing else.
        assertEq(vault.openAuction(0).remaining, -16_167248671423541245);
    }

    function test_ExitInKind_PaysThreeAssets() public {
        _holdBoth();
        book.halt(MARKET);
        uint256 shares = vault.balanceOf(alice);

        vm.prank(alice);
        uint256[] memory amounts = vault.exitInKind(shares / 2, bob, alice);

        assertEq(amounts.length, 3);
        assertApproxEqRel(base.balanceOf(bob), 201_789_264471, 1e9);
        assertApproxEqRel(token.balanceOf(bob), 49_701789264413518886, 1e9);
        assertApproxEqRel(coin.balanceOf(bob), 4_97017892, 1e10);
    }

    function test_Value_RevertsWhenEitherMarketIsHalted() public {
        book.halt(COIN_MARKET);

        vm.expectRevert(
            abi.encodeWithSelector(
                IPriceBook.MarketIsHalted.selector, COIN_MARKET, IPriceBook.HaltReason.Disagreement
            )
        );
        vault.totalAssets();
        assertEq(vault.maxRedeem(alice), 0);
    }

    function _holdBoth() private {
        _rebalance(VOL_25);
        feed.set(COIN_FEED, 1, VOL_12_5);
        vault.open(1);
        skip(150);
        coin.mint(filler, 9_94035785);
        vm.startPrank(filler);
        coin.approve(address(vault), 9_94035785);
        vault.fill(1, 9_94035785, 0, "");
        vm.stopPrank();
    }
}
