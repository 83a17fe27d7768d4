// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Allocation, IMandate, MandateParams} from "../interfaces/IMandate.sol";
import {Mandate} from "./Mandate.sol";
import {VaultFixture} from "./VaultFixture.t.sol";

contract MandateTest is VaultFixture {
    uint256 private constant CASES = 18;

    /* CREATION */

    function test_Constructor_AnnouncesEveryLimit() public {
        vm.expectEmit();
        emit IMandate.CapChanged(0, CAP_BPS);
        vm.expectEmit();
        emit IMandate.TargetVolChanged(1000);
        vm.expectEmit();
        emit IMandate.BandChanged(500);
        vm.expectEmit();
        emit IMandate.MaxSignalAgeChanged(6 days);

        new Mandate(address(manager), _mandateParams(), _allocations());
    }

    function test_Params_FillOneStorageSlot() public view {
        uint256 slot = uint256(vm.load(address(mandate), bytes32(uint256(1))));

        assertEq(uint16(slot), 1000, "targetVolBps");
        assertEq(uint16(slot >> 232), 60, "slippageBps");
        assertEq(mandate.params().auctionLife, 600);
    }

    function test_RevertWhen_AnyParamIsOutsideItsBounds() public {
        for (uint256 i; i < CASES; ++i) {
            (MandateParams memory params, bytes32 name, uint256 value) = _invalid(i);

            vm.expectRevert(abi.encodeWithSelector(IMandate.MandateParamInvalid.selector, name, value));
            new Mandate(address(manager), params, _allocations());
        }
    }

    function _invalid(uint256 i) private pure returns (MandateParams memory p, bytes32 name, uint256 value) {
        p = _mandateParams();
        if (i == 0) (p.targetVolBps, name, value) = (0, "targetVolBps", 0);
        if (i == 1) (p.targetVolBps, name, value) = (10_001, "targetVolBps", 10_001);
        if (i == 2) (p.bandBps, name, value) = (0, "bandBps", 0);
        if (i == 3) (p.bandBps, name, value) = (10_001, "bandBps", 10_001);
        if (i == 4) (p.cashFloorBps, name, value) = (10_000, "cashFloorBps", 10_000);
        if (i == 5) (p.levels, name, value) = (0, "levels", 0);
        if (i == 6) (p.levels, name, value) = (8, "levels", 8);
        if (i == 7) (p.maxSignalAge, name, value) = (0, "maxSignalAge", 0);
        if (i == 8) (p.maxPriceAge, name, value) = (0, "maxPriceAge", 0);
        if (i == 9) (p.entryMaxAge, name, value) = (0, "entryMaxAge", 0);
        if (i == 10) (p.entryMaxAge, name, value) = (5 days + 1, "entryMaxAge", 5 days + 1);
        if (i == 11) (p.fillMaxAge, name, value) = (0, "fillMaxAge", 0);
        if (i == 12) (p.fillMaxAge, name, value) = (5 days + 1, "fillMaxAge", 5 days + 1);
        if (i == 13) (p.auctionLife, name, value) = (0, "auctionLife", 0);
        if (i == 14) (p.premiumBps, name, value) = (1001, "premiumBps", 1001);
        if (i == 15) (p.slippageBps, name, value) = (0, "slippageBps", 0);
        if (i == 16) (p.slippageBps, name, value) = (1001, "slippageBps", 1001);
        if (i == 17) (p.levels, name, value) = (255, "levels", 255);
    }

    function test_RevertWhen_AllocationsAreInvalid() public {
        _expectInvalid("positions", 0, new Allocation[](0));
        _expectInvalid("positions", 9, new Allocation[](9));
        _expectInvalid("shareBps", 0, _pair(100, 5000, 100, 0));
        _expectInvalid("shareBps", 10_001, _pair(100, 10_001, 100, 1));
        _expectInvalid("shareBps", 10_001, _pair(100, 5000, 100, 5001));
    }

    function test_RevertWhen_CapsEatIntoTheCashFloor() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.CapsAboveInvestable.selector, 9501, 9500));
        new Mandate(address(manager), _mandateParams(), _pair(5000, 5000, 4501, 5000));
    }

    function _expectInvalid(bytes32 name, uint256 value, Allocation[] memory allocations) private {
        vm.expectRevert(abi.encodeWithSelector(IMandate.MandateParamInvalid.selector, name, value));
        new Mandate(address(manager), _mandateParams(), allocations);
    }

    function _pair(uint16 capA, uint16 shareA, uint16 capB, uint16 shareB)
        private
        pure
        returns (Allocation[] memory allocations)
    {
        allocations = new Allocation[](2);
        allocations[0] = Allocation({capBps: capA, shareBps: shareA});
        allocations[1] = Allocation({capBps: capB, shareBps: shareB});
    }

    /* TARGET */

    function test_TargetWeight_IsTargetVolOverForecast() public view {
        assertEq(mandate.targetWeightBps(0, VOL_100), 1000);
        assertEq(mandate.targetWeightBps(0, VOL_25), 4000);
        assertEq(mandate.targetWeightBps(0, VOL_12_5), 8000);
        assertEq(mandate.targetWeightBps(0, 1 << 32), 500, "200 %/yr");
    }

    function test_TargetWeight_IsCapped() public view {
        assertEq(mandate.targetWeightBps(0, VOL_6_25), CAP_BPS);
        assertEq(mandate.targetWeightBps(0, type(int64).min), CAP_BPS, "no volatility at all");
    }

    function test_TargetWeight_IsZeroBeyondAnyVolatility() public view {
        assertEq(mandate.targetWeightBps(0, 64 << 32), 0);
        assertEq(mandate.targetWeightBps(0, type(int64).max), 0);
        assertEq(mandate.targetWeightBps(0, (64 << 32) - 1), 0);
    }

    function test_TargetWeight_RoundsTowardCash() public view {
        // 2^(-1.5) = 0.35355339…: 1000 / 0.35355339 = 2828.42…
        assertEq(mandate.targetWeightBps(0, -3 << 31), 2828);
    }

    function test_TargetWeight_SplitsTheTargetByShare() public {
        Mandate split = new Mandate(address(manager), _mandateParams(), _pair(5000, 7500, 4500, 2500));

        assertEq(split.targetWeightBps(0, VOL_25), 3000);
        assertEq(split.targetWeightBps(1, VOL_25), 1000);
        assertEq(split.targetWeightBps(0, VOL_6_25), 5000, "own cap");
        assertEq(split.shareBps(1), 2500);
        assertEq(split.positions(), 2);
    }

    function testFuzz_TargetWeight_FallsWithVolatility(int64 calm, int64 wild) public view {
        (calm, wild) = calm < wild ? (calm, wild) : (wild, calm);

        uint16 whenCalm = mandate.targetWeightBps(0, calm);
        assertGe(whenCalm, mandate.targetWeightBps(0, wild));
        assertLe(whenCalm, CAP_BPS);
    }

    function test_RevertWhen_PositionIsUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IMandate.PositionUnknown.selector, 1);

        vm.expectRevert(unknown);
        mandate.targetWeightBps(1, VOL_25);
        vm.expectRevert(unknown);
        mandate.capBps(1);
        vm.expectRevert(unknown);
        mandate.shareBps(1);
        vm.expectRevert(unknown);
        mandate.lowerCap(1, 1);
        vm.expectRevert(unknown);
        mandate.raiseCap(1, 1);
    }

    /* TIGHTEN AND LOOSEN */

    function test_LowerAndRaise_TargetVol() public {
        vm.expectEmit(address(mandate));
        emit IMandate.TargetVolChanged(0);
        mandate.lowerTargetVol(0);
        assertEq(mandate.targetWeightBps(0, VOL_25), 0);

        vm.expectEmit(address(mandate));
        emit IMandate.TargetVolChanged(2000);
        mandate.raiseTargetVol(2000);
        assertEq(mandate.targetWeightBps(0, VOL_25), 8000);
    }

    function test_LowerAndRaise_Cap() public {
        vm.expectEmit(address(mandate));
        emit IMandate.CapChanged(0, 3000);
        mandate.lowerCap(0, 3000);
        assertEq(mandate.targetWeightBps(0, VOL_25), 3000);

        vm.expectEmit(address(mandate));
        emit IMandate.CapChanged(0, 9500);
        mandate.raiseCap(0, 9500);
        assertEq(mandate.capBps(0), 9500);
    }

    function test_LowerAndRaise_MaxSignalAge() public {
        vm.expectEmit(address(mandate));
        emit IMandate.MaxSignalAgeChanged(1 days);
        mandate.lowerMaxSignalAge(1 days);

        vm.expectEmit(address(mandate));
        emit IMandate.MaxSignalAgeChanged(7 days);
        mandate.raiseMaxSignalAge(7 days);
        assertEq(mandate.params().maxSignalAge, 7 days);
    }

    function test_SetBand() public {
        vm.expectEmit(address(mandate));
        emit IMandate.BandChanged(42);
        mandate.setBand(42);

        assertEq(mandate.params().bandBps, 42);
    }

    function test_RevertWhen_LoweringDoesNotTighten() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, 1000, 1000));
        mandate.lowerTargetVol(1000);
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, 9501, 9500));
        mandate.lowerCap(0, 9501);
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotTighter.selector, 6 days, 6 days));
        mandate.lowerMaxSignalAge(6 days);
    }

    function test_RevertWhen_RaisingDoesNotLoosen() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, 1000, 1000));
        mandate.raiseTargetVol(1000);
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, 9499, 9500));
        mandate.raiseCap(0, 9499);
        vm.expectRevert(abi.encodeWithSelector(IMandate.NotLooser.selector, 1 days, 6 days));
        mandate.raiseMaxSignalAge(1 days);
    }

    function test_RevertWhen_RaisingLeavesTheBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IMandate.MandateParamInvalid.selector, bytes32("targetVolBps"), 10_001));
        mandate.raiseTargetVol(10_001);
        vm.expectRevert(abi.encodeWithSelector(IMandate.CapsAboveInvestable.selector, 9501, 9500));
        mandate.raiseCap(0, 9501);
        vm.expectRevert(abi.encodeWithSelector(IMandate.MandateParamInvalid.selector, bytes32("bandBps"), 0));
        mandate.setBand(0);
    }

    /* ROLES */

    function test_RevertWhen_CallerHasNoRole() public {
        bytes[7] memory calls = [
            abi.encodeCall(mandate.lowerTargetVol, (1)),
            abi.encodeCall(mandate.raiseTargetVol, (2000)),
            abi.encodeCall(mandate.lowerCap, (0, 1)),
            abi.encodeCall(mandate.raiseCap, (0, 9999)),
            abi.encodeCall(mandate.lowerMaxSignalAge, (1)),
            abi.encodeCall(mandate.raiseMaxSignalAge, (7 days)),
            abi.encodeCall(mandate.setBand, (1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(bob);
            (bool success, bytes memory answer) = address(mandate).call(calls[i]);

            assertFalse(success);
            assertEq(answer, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bob));
        }
    }

    function test_Curator_TightensAtOnceAndLoosensAfterTheDelay() public {
        uint64 curator = 1;
        uint64 curatorLoosen = 2;
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = mandate.lowerCap.selector;
        manager.setTargetFunctionRole(address(mandate), selectors, curator);
        selectors[0] = mandate.raiseCap.selector;
        manager.setTargetFunctionRole(address(mandate), selectors, curatorLoosen);
        manager.grantRole(curator, bob, 0);
        manager.grantRole(curatorLoosen, bob, 2 days);

        vm.startPrank(bob);
        mandate.lowerCap(0, 1000);
        bytes memory raise = abi.encodeCall(mandate.raiseCap, (0, 2000));
        manager.schedule(address(mandate), raise, 0);
        skip(2 days);
        manager.execute(address(mandate), raise);
        vm.stopPrank();

        assertEq(mandate.capBps(0), 2000);
    }
}
