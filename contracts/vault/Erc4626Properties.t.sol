// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVault} from "../interfaces/IVault.sol";
import {StageToken, VaultStage} from "./VaultStage.t.sol";

// What ERC-4626 promises, by property, in a vault that others hold too, that has traded, that owes fees and that takes
// spreads; over all pairs of decimals below.
//
// asset, conversions
// ├── convertTo* are the same for everyone, round down and know no spread
// └── previews are no better than conversions, by the spread
// each of deposit, mint, withdraw, redeem
// ├── gives exactly what its preview said
// ├── moves exactly the assets and shares it returns
// ├── works for an approved spender, to the unit of the allowance
// └── V2 there and back is no gain, in each of the four pairs
// maxima
// ├── never revert: halted, old, paused, empty, over the cap
// └── are honoured: the maximum works, one more does not
// V1 first deposits cannot be inflated · V2 micro-operations cannot profit · V3 an empty vault starts again
abstract contract Erc4626Properties is VaultStage {
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal keeper = makeAddr("keeper");

    uint256 internal unit; // base units of one base asset
    uint256 internal rich; // base units: enough to hold whole tokens of any decimals

    function _decimals() internal pure virtual returns (uint8 ofBase, uint8 ofToken);

    function setUp() public {
        (uint8 ofBase, uint8 ofToken) = _decimals();
        address[] memory created = new address[](1);
        created[0] = address(new StageToken(ofToken));
        _stage(address(new StageToken(ofBase)), created);
        unit = 10 ** ofBase;
        rich = 10_000_000 * unit;
    }

    /// Bob has `rich`, the vault holds its token, a gain and a year's part of fees wait to be accrued.
    modifier lived() {
        _deposit(bob, rich);
        _publish(0, VOL_100);
        vault.open(0);
        skip(AUCTION_LIFE);
        _refreshPrices();
        (,, uint256 amount,) = vault.quoteFill(0, 0);
        _fill(0, keeper, amount);
        skip(30 days);
        book.set(_market(0), PRICE * 11 / 10);
        _;
    }

    /* CONVERSIONS */

    function testFuzz_ConvertTo_AreTheSameForEveryone(uint256 amount, address caller) public lived {
        amount = bound(amount, 0, rich);
        uint256 shares = vault.convertToShares(amount);
        uint256 assets = vault.convertToAssets(amount);

        vm.startPrank(caller);
        assertEq(vault.convertToShares(amount), shares);
        assertEq(vault.convertToAssets(amount), assets);
    }

    function testFuzz_VLT1_V2_ConvertTo_RoundsDownThereAndBack(uint256 amount) public lived {
        uint256 assets = bound(amount, 0, rich);
        uint256 shares = bound(amount, 0, vault.totalSupply());

        assertLe(vault.convertToAssets(vault.convertToShares(assets)), assets, "assets");
        assertLe(vault.convertToShares(vault.convertToAssets(shares)), shares, "shares");
    }

    function testFuzz_Previews_AreNoBetterThanConversions(uint256 amount) public lived {
        uint256 assets = bound(amount, 0, rich / 2);
        uint256 shares = bound(amount, 0, vault.totalSupply() / 2);

        assertLe(vault.previewDeposit(assets), vault.convertToShares(assets * 9980 / 10_000 + 1), "deposit");
        assertGe(vault.previewMint(shares), vault.convertToAssets(shares) * 10_000 / 9980, "mint");
        assertGe(vault.previewWithdraw(assets), vault.convertToShares(assets * 10_000 / 9960), "withdraw");
        assertLe(vault.previewRedeem(shares), vault.convertToAssets(shares) * 9960 / 10_000, "redeem");
    }

    /* EXECUTION EQUALS PREVIEW */

    function testFuzz_Deposit_GivesWhatItsPreviewSaid(uint256 assets) public lived {
        assets = bound(assets, 0, rich);
        uint256 expected = vault.previewDeposit(assets);
        _pay(base, alice, assets);

        vm.prank(alice);
        uint256 shares = vault.deposit(assets, alice);

        assertEq(shares, expected, "returned");
        assertEq(vault.balanceOf(alice), expected, "minted");
        assertEq(base.balanceOf(alice), 0, "taken");
    }

    function testFuzz_Mint_TakesWhatItsPreviewSaid(uint256 shares) public lived {
        shares = bound(shares, 0, vault.previewDeposit(rich));
        uint256 expected = vault.previewMint(shares);
        _pay(base, alice, expected);

        vm.prank(alice);
        uint256 assets = vault.mint(shares, alice);

        assertEq(assets, expected, "returned");
        assertEq(vault.balanceOf(alice), shares, "minted");
        assertEq(base.balanceOf(alice), 0, "taken");
    }

    function testFuzz_Withdraw_BurnsWhatItsPreviewSaid(uint256 assets) public lived {
        assets = bound(assets, 0, vault.maxWithdraw(bob));
        uint256 expected = vault.previewWithdraw(assets);
        uint256 held = vault.balanceOf(bob);

        vm.prank(bob);
        uint256 shares = vault.withdraw(assets, alice, bob);

        assertEq(shares, expected, "returned");
        assertEq(held - vault.balanceOf(bob), expected, "burned");
        assertEq(base.balanceOf(alice), assets, "paid");
    }

    function testFuzz_Redeem_PaysWhatItsPreviewSaid(uint256 shares) public lived {
        shares = bound(shares, 0, vault.maxRedeem(bob));
        uint256 expected = vault.previewRedeem(shares);
        uint256 held = vault.balanceOf(bob);

        vm.prank(bob);
        uint256 assets = vault.redeem(shares, alice, bob);

        assertEq(assets, expected, "returned");
        assertEq(held - vault.balanceOf(bob), shares, "burned");
        assertEq(base.balanceOf(alice), expected, "paid");
    }

    /* FOR SOMEBODY ELSE */

    function testFuzz_DepositAndMint_ForAReceiver(uint256 assets) public lived {
        assets = bound(assets, 1, rich);
        _pay(base, alice, 2 * assets);

        vm.startPrank(alice);
        uint256 shares = vault.deposit(assets, keeper);
        shares += vault.previewDeposit(assets);
        vault.mint(shares - vault.balanceOf(keeper), keeper);

        assertEq(vault.balanceOf(keeper), shares, "receiver");
        assertEq(vault.balanceOf(alice), 0, "caller");
    }

    function testFuzz_Redeem_BySpenderUsesItsAllowance(uint256 shares, uint256 allowed) public lived {
        shares = bound(shares, 1, vault.maxRedeem(bob));
        allowed = bound(allowed, 0, 2 * shares);
        vm.prank(bob);
        vault.approve(alice, allowed);

        vm.prank(alice);
        if (allowed < shares) {
            vm.expectRevert(
                abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, alice, allowed, shares)
            );
        }
        vault.redeem(shares, alice, bob);

        assertEq(vault.allowance(bob, alice), allowed < shares ? allowed : allowed - shares);
    }

    function testFuzz_Withdraw_BySpenderUsesItsAllowance(uint256 assets, uint256 allowed) public lived {
        assets = bound(assets, 1, vault.maxWithdraw(bob));
        uint256 shares = vault.previewWithdraw(assets);
        allowed = bound(allowed, 0, 2 * shares);
        vm.prank(bob);
        vault.approve(alice, allowed);

        vm.prank(alice);
        if (allowed < shares) {
            vm.expectRevert(
                abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, alice, allowed, shares)
            );
        }
        vault.withdraw(assets, alice, bob);

        assertEq(vault.allowance(bob, alice), allowed < shares ? allowed : allowed - shares);
    }

    /* THERE AND BACK */

    function testFuzz_V2_DepositThenRedeem_IsNoGain(uint256 assets) public lived {
        assets = bound(assets, 0, rich);
        uint256 shares = _deposit(alice, assets);

        vm.prank(alice);
        assertLe(vault.redeem(shares, alice, alice), assets);
    }

    function testFuzz_V2_DepositThenWithdraw_IsNoGain(uint256 assets) public lived {
        assets = bound(assets, 0, rich);
        _deposit(alice, assets);

        assertLe(vault.maxWithdraw(alice), assets);
    }

    function testFuzz_V2_MintThenRedeem_IsNoGain(uint256 shares) public lived {
        shares = bound(shares, 0, vault.previewDeposit(rich));
        uint256 assets = vault.previewMint(shares);
        _pay(base, alice, assets);

        vm.startPrank(alice);
        vault.mint(shares, alice);
        assertLe(vault.redeem(shares, alice, alice), assets);
    }

    function testFuzz_V2_MintThenWithdraw_IsNoGain(uint256 shares) public lived {
        shares = bound(shares, 0, vault.previewDeposit(rich));
        uint256 assets = vault.previewMint(shares);
        _pay(base, alice, assets);
        vm.prank(alice);
        vault.mint(shares, alice);

        assertLe(vault.maxWithdraw(alice), assets);
    }

    function testFuzz_V2_RedeemThenDeposit_IsNoGain(uint256 shares) public lived {
        shares = bound(shares, 0, vault.maxRedeem(bob) / 2);

        vm.startPrank(bob);
        uint256 assets = vault.redeem(shares, bob, bob);
        base.approve(address(vault), assets);
        assertLe(vault.deposit(assets, bob), shares);
    }

    function testFuzz_V2_WithdrawThenMint_IsNoGain(uint256 assets) public lived {
        assets = bound(assets, 0, vault.maxWithdraw(bob) / 2);

        vm.startPrank(bob);
        uint256 shares = vault.withdraw(assets, bob, bob);
        assertGe(vault.previewMint(shares), assets);
    }

    function test_V2_MicroOperations_CannotProfit() public lived {
        _pay(base, alice, 10_000);
        uint256 paid;
        uint256 received;

        vm.startPrank(alice);
        for (uint256 i; i < 66; ++i) {
            uint256 amount = 8 + i % 2;
            vault.deposit(amount, alice);
            paid += amount;
            uint256 assets = vault.maxWithdraw(alice);
            if (i % 3 == 0) received += vault.redeem(vault.maxRedeem(alice), alice, alice);
            else vault.withdraw(assets, alice, alice);
            if (i % 3 > 0) received += assets;
        }

        assertLe(received + vault.previewRedeem(vault.balanceOf(alice)), paid);
    }

    /* MAXIMA */

    function testFuzz_MaxDeposit_IsHonoured(uint256 room) public lived {
        room = bound(room, 0, rich);
        mandate.lowerDepositCap(uint128(vault.totalAssets() + room));
        _pay(base, alice, room + 1);

        assertEq(vault.maxDeposit(alice), room);
        vm.startPrank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxDeposit.selector, alice, room + 1, room)
        );
        vault.deposit(room + 1, alice);
        vault.deposit(room, alice);
    }

    function testFuzz_MaxMint_IsHonoured(uint256 room) public lived {
        room = bound(room, 0, rich);
        mandate.lowerDepositCap(uint128(vault.totalAssets() + room));
        uint256 shares = vault.maxMint(alice);
        _pay(base, alice, room + 1);

        assertLe(vault.previewMint(shares), room);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxMint.selector, alice, shares + 1, shares));
        vault.mint(shares + 1, alice);
        vault.mint(shares, alice);
    }

    function testFuzz_MaxRedeem_IsHonoured(uint256 part) public lived {
        uint256 sent = bound(part, 0, vault.balanceOf(bob));
        vm.prank(bob);
        vault.transfer(alice, sent);
        uint256 shares = vault.maxRedeem(alice);

        vm.startPrank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, shares + 1, shares)
        );
        vault.redeem(shares + 1, alice, alice);
        vault.redeem(shares, alice, alice);
    }

    function testFuzz_MaxWithdraw_IsHonoured(uint256 part) public lived {
        uint256 sent = bound(part, 0, vault.balanceOf(bob));
        vm.prank(bob);
        vault.transfer(alice, sent);
        uint256 assets = vault.maxWithdraw(alice);

        vm.startPrank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxWithdraw.selector, alice, assets + 1, assets)
        );
        vault.withdraw(assets + 1, alice, alice);
        vault.withdraw(assets, alice, alice);
    }

    function test_MaxRedeem_TakesAllIdleCash() public lived {
        uint256 shares = vault.maxRedeem(bob);
        uint256 idle = vault.idle();

        vm.prank(bob);
        uint256 assets = vault.redeem(shares, bob, bob);

        // A share is worth at most a base unit here, so that what is left is less than the spread of a unit and a unit.
        assertLe(idle - assets, 2);
    }

    function testFuzz_Maxima_NeverRevert(uint128 price, uint32 time, uint8 state, address owner) public lived {
        if (state & 1 > 0) book.set(_market(0), price == 0 ? 1 : price);
        if (state & 2 > 0) book.halt(_market(0));
        if (state & 4 > 0) mandate.pauseEntry();
        if (state & 8 > 0) mandate.lowerDepositCap(0);
        skip(time);

        vault.maxMint(owner);
        assertLe(vault.maxWithdraw(bob), vault.idle(), "cash that is not there");
        assertLe(vault.maxRedeem(bob), vault.balanceOf(bob), "shares that are not there");
        if (state & 14 > 0) assertEq(vault.maxDeposit(owner), 0, "halted, paused or full");
    }

    function test_Maxima_AreZeroWhileNobodyKnowsThePrice() public lived {
        book.halt(_market(0));

        assertEq(vault.maxDeposit(alice), 0, "maxDeposit");
        assertEq(vault.maxMint(alice), 0, "maxMint");
        assertEq(vault.maxWithdraw(bob), 0, "maxWithdraw");
        assertEq(vault.maxRedeem(bob), 0, "maxRedeem");
    }

    /* V1 */

    /// Whatever the attacker deposits and donates before the victim, it gets back less than it has spent.
    function testFuzz_V1_FirstDeposit_CannotBeInflated(uint256 seed, uint256 donation, uint256 assets) public {
        seed = bound(seed, 0, 1000);
        donation = bound(donation, 0, rich);
        assets = bound(assets, 1, rich);
        uint256 stolen = _deposit(alice, seed);
        base.mint(address(vault), donation);
        vault.skim(address(base));
        uint256 shares = _deposit(bob, assets);

        uint256 paid = _redeemAll(alice, stolen);
        assertLe(paid, seed + donation, "the attacker gains");
        // The victim loses to rounding at most a millionth of what was donated.
        uint256 lost = assets - Math.min(assets, vault.convertToAssets(shares));
        assertLe(lost, assets * (ENTRY_SPREAD_BPS + 1) / BPS + donation / 1e6 + 2, "the victim loses");
    }

    function testFuzz_V1_DonationBeforeTheFirstDeposit_IsNotStranded(uint256 donation, uint256 assets) public {
        donation = bound(donation, 1, rich);
        assets = bound(assets, unit, rich);
        base.mint(address(vault), donation);
        assertEq(vault.skim(address(base)), 0, "not taken for the virtual shares");

        uint256 shares = _deposit(alice, assets);
        assertEq(vault.skim(address(base)), donation, "waited for the first holder");

        // All but a tenth for performance and what the virtual million keeps.
        uint256 gain = Math.mulDiv(donation * 899 / 1000, assets, assets + 1);
        assertGe(vault.convertToAssets(shares) + 2, assets + gain);
    }

    function _redeemAll(address owner, uint256 shares) internal returns (uint256 assets) {
        if (shares == 0) return 0;
        shares = Math.min(shares, vault.maxRedeem(owner));
        vm.prank(owner);
        assets = vault.redeem(shares, owner, owner);
    }

    /* V3 */

    function testFuzz_V3_EmptiedVault_StartsAgain(uint256 assets) public {
        assets = bound(assets, unit, rich);
        uint256 first = _deposit(alice, rich);
        assertGe(_redeemAll(alice, first) + 1, rich, "the last one pays no spread");
        assertEq(vault.totalSupply(), 0, "empty");
        skip(365 days);
        _refreshPrices();

        uint256 shares = _deposit(bob, assets);

        assertEq(vault.totalSupply(), shares, "no fee for the time without shares");
        assertApproxEqAbs(vault.previewRedeem(shares), assets, assets / 1e6 + 1, "nothing lost");
    }

    function test_V3_EmptiedInKind_StartsAgain() public lived {
        vault.accrue();
        uint256 fees = vault.balanceOf(treasury);
        vm.prank(treasury);
        vault.transfer(bob, fees);
        uint256 shares = vault.balanceOf(bob);
        vm.prank(bob);
        vault.exitInKind(shares, bob, bob);
        assertEq(vault.totalSupply(), 0, "empty");

        shares = _deposit(alice, rich);

        assertApproxEqRel(vault.previewRedeem(shares), rich, 1e12);
        assertGe(vault.previewRedeem(shares) + 1, rich * 999_999 / 1_000_000);
    }
}

contract Erc4626Base6Token18 is Erc4626Properties {
    function _decimals() internal pure override returns (uint8, uint8) {
        return (6, 18);
    }
}

contract Erc4626Base0Token18 is Erc4626Properties {
    function _decimals() internal pure override returns (uint8, uint8) {
        return (0, 18);
    }
}

contract Erc4626Base8Token6 is Erc4626Properties {
    function _decimals() internal pure override returns (uint8, uint8) {
        return (8, 6);
    }
}

contract Erc4626Base18Token8 is Erc4626Properties {
    function _decimals() internal pure override returns (uint8, uint8) {
        return (18, 8);
    }
}

contract Erc4626Base24Token0 is Erc4626Properties {
    function _decimals() internal pure override returns (uint8, uint8) {
        return (24, 0);
    }
}

contract Erc4626Base18Token24 is Erc4626Properties {
    function _decimals() internal pure override returns (uint8, uint8) {
        return (18, 24);
    }
}
